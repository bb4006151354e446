using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>A running host, seen through the socket of its init.</summary>
internal sealed class LiveHost : IScriptHost, IMachine, IDisposable
{
    private const int CancelAttempts = 20;

    private static readonly TimeSpan s_cancelPause = TimeSpan.FromMilliseconds(50);

    private readonly HttpClient _init;
    private Task _boot = Task.CompletedTask;

    public LiveHost(HostPaths paths, bool hasDisk)
    {
        HasDisk = hasDisk;
        AwsSocket = paths.AwsSocket;
        _init = Connect(paths.Socket);
    }

    /// <summary>Where the host's own calls of AWS arrive.</summary>
    public string AwsSocket { get; }

    /// <summary>Whether the host has a file system of its own, which can be full.</summary>
    public bool HasDisk { get; }

    public bool IsConnected => !IsRebooting;

    public bool IsRebooting => !_boot.IsCompleted;

    public Task TakeUpAsync(CancellationToken cancellationToken) => _boot.WaitAsync(cancellationToken);

    public void Reboot()
    {
        if (!IsRebooting)
            _boot = RebootAsync();
    }

    public async Task<ScriptOutcome> RunAsync(ScriptOrder order, CancellationToken cancellationToken)
    {
        var query = $"agent/run?command={order.CommandId}&timeout={(int)order.ExecutionTimeout.TotalSeconds}"
            + $"&directory={Uri.EscapeDataString(order.WorkingDirectory)}";
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(order.Script));
        using var response = await _init.PostAsync(new Uri(query, UriKind.Relative), content, cancellationToken);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var stdoutLength = int.Parse(Header("X-Stdout-Length"));
        return new ScriptOutcome(
            int.Parse(Header("X-Exit-Code")), Header("X-Cancelled") == "1", Time("X-Started"), Time("X-Ended"),
            Encoding.UTF8.GetString(body, 0, stdoutLength),
            Encoding.UTF8.GetString(body, stdoutLength, body.Length - stdoutLength));

        string Header(string name) => response.Headers.GetValues(name).Single();

        DateTimeOffset Time(string name) =>
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Header(name), CultureInfo.InvariantCulture));
    }

    public async Task CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        var uri = new Uri($"agent/cancel?command={commandId}", UriKind.Relative);
        for (var attempt = 0; attempt < CancelAttempts; attempt++)
        {
            using var response = await _init.PostAsync(uri, content: null, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return;
            }

            // Either the script is over, or the order to run it is still on its way.
            await Task.Delay(s_cancelPause, cancellationToken);
        }
    }

    /// <summary>Ends when a step on the host next enters a phase.</summary>
    /// <param name="phase">The phase, as <see cref="SandboxFault.Phase"/> names it.</param>
    /// <param name="watching">Called when none can slip through any more.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task AwaitPhaseAsync(string phase, Action watching, CancellationToken cancellationToken)
    {
        var first = await CountPhaseAsync(phase, known: -1, cancellationToken);
        watching();
        while (await CountPhaseAsync(phase, first, cancellationToken) <= first)
        {
        }
    }

    /// <summary>Begins or ends what goes wrong within the host.</summary>
    public async Task TroubleAsync(SandboxFaultKind kind, bool isOn, CancellationToken cancellationToken)
    {
        var uri = new Uri($"trouble?kind={kind}&on={(isOn ? 1 : 0)}", UriKind.Relative);
        using var response = await _init.PostAsync(uri, content: null, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    private async Task<int> CountPhaseAsync(string phase, int known, CancellationToken cancellationToken) => int.Parse(
        await _init.GetStringAsync(
            new Uri($"phase?name={Uri.EscapeDataString(phase)}&known={known}", UriKind.Relative), cancellationToken));

    private async Task RebootAsync()
    {
        try
        {
            using var response = await _init.PostAsync(new Uri("reboot", UriKind.Relative), content: null);
        }
        catch (HttpRequestException)
        {
            // The sandbox ends, and the host with it.
        }
    }

    /// <summary>Whether the application of the host answers that it is ready.</summary>
    public async Task<bool> IsServingAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _init.GetAsync(new Uri("ready", UriKind.Relative), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public void Dispose() => _init.Dispose();

    private static HttpClient Connect(string socketPath) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
        UseProxy = false,
    })
    {
        BaseAddress = new Uri("http://init/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
