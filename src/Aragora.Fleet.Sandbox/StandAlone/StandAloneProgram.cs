using System.Runtime.InteropServices;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Sandbox.StandAlone;

/// <summary>A sandbox in a process of its own, which prints the settings that clients need.</summary>
internal static class StandAloneProgram
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (StandAloneOptions.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(StandAloneOptions.Usage);
            return WrongUsage;
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using var sandbox = await new SandboxFactory().StartAsync(options, stop.Token);
            Print(sandbox);
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (FleetException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message} {e.Action}");
            return Failed;
        }

        return 0;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static void Print(ISandbox sandbox)
    {
        Console.WriteLine($"export AWS_ENDPOINT_URL={sandbox.Endpoint.ToString().TrimEnd('/')}");
        Console.WriteLine($"export AWS_REGION={sandbox.Region}");
        Console.WriteLine($"export AWS_DEFAULT_REGION={sandbox.Region}");
        Console.WriteLine($"export AWS_ACCESS_KEY_ID={sandbox.AccessKey.Id}");
        Console.WriteLine($"export AWS_SECRET_ACCESS_KEY={sandbox.AccessKey.Secret}");
        Console.WriteLine($"export ARAGORA_SANDBOX_TOKEN={sandbox.ControlToken}");
        Console.WriteLine("ready");
    }
}
