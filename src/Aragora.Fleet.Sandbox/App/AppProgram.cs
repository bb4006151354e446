using System.Net.Sockets;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.App;

/// <summary>Plays <c>python -m aragora.server</c>: a process that serves until it is killed.</summary>
internal static class AppProgram
{
    private const int BindAttempts = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var options = AppOptions.Parse(arguments);
        Log("INFO", $"Starting Aragora {options.Version} ({options.ShortSha})");
        var endpoints = new AppEndpoints(options);
        for (var attempt = 1; attempt <= BindAttempts; attempt++)
        {
            try
            {
                HttpServer.OnTcp(options.Host, options.HttpPort, endpoints.AnswerAsync);
                Log("INFO", $"Server listening on port {options.HttpPort}");
                await Task.Delay(Timeout.Infinite);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                Log("WARNING", $"Port {options.HttpPort} in use, retrying");
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }

        // Like the real server, which stays alive without its API.
        Log("ERROR", $"Failed to bind HTTP server to port {options.HttpPort} after {BindAttempts} attempts");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static void Log(string level, string message)
    {
        var time = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'");
        Console.WriteLine(
            $$"""{"level":"{{level}}","logger":"aragora.server","message":"{{message}}","timestamp":"{{time}}"}""");
    }
}
