using System.Diagnostics;
using Aragora.Fleet.Sandboxes;
using Aragora.Fleet.Tests.Scale;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>Four live hosts in a sandbox process of its own, and the clients that come to it.</summary>
internal sealed class MatrixFleet : IDisposable
{
    /// <summary>The host of the second wave that can be made to fail, and that faults strike.</summary>
    public const string Victim = "i-0a1b2c3d4e5f60001";

    /// <summary>Another host, which is well.</summary>
    private const string Bystander = "i-0a1b2c3d4e5f60002";

    private readonly SandboxProcess _sandbox;
    private readonly SandboxControl _control;

    private MatrixFleet(SandboxProcess sandbox)
    {
        _sandbox = sandbox;
        _control = SandboxControl.Of(
            new Uri(sandbox.Settings["AWS_ENDPOINT_URL"]), sandbox.Settings["ARAGORA_SANDBOX_TOKEN"]);
    }

    /// <summary>Starts the hosts, of which one has an older release than the others.</summary>
    public static async Task<MatrixFleet> StartAsync() => new(await SandboxProcess.StartAsync("--hosts", "4"));

    /// <summary>A deploy to its end: how long it took from when it was connected, and what it said.</summary>
    public async Task<(TimeSpan Whole, string Words)> DeployAsync(string tag)
    {
        using var client = ClientProcess.Start(_sandbox.Settings, "deploy.ps1", tag);
        Assert.True(await client.ReadToAsync("connected"), client.Text);
        var clock = Stopwatch.StartNew();
        Assert.True(await client.ReadToAsync("ended"), client.Text);
        return (clock.Elapsed, client.Text);
    }

    /// <summary>A deploy that is killed so long after it was connected, or that ended before; gives what it had said.</summary>
    public async Task<string> KillAsync(string tag, TimeSpan after)
    {
        using var client = ClientProcess.Start(_sandbox.Settings, "deploy.ps1", tag);
        Assert.True(await client.ReadToAsync("connected"), client.Text);
        await Task.Delay(after);
        await client.KillAsync();
        return client.Text;
    }

    /// <summary>Goes on (Resume), back (Restore), or only looks (Look), from a machine that knows nothing.</summary>
    /// <param name="way">Which.</param>
    /// <param name="known">The run of the round before, which is not meant.</param>
    public async Task<(FleetState State, string Text)> RecoverAsync(string way, string known)
    {
        using var client = ClientProcess.Start(_sandbox.Settings, "recover.ps1", way, known);
        return (new FleetState(await client.EndAsync()), client.Text);
    }

    /// <summary>Lets the service of the victim die once while it settles: its step fails there.</summary>
    public Task FailAsync() => SetAsync(SandboxFaultKind.ServiceKilled, Victim, "settle");

    /// <summary>
    /// Lets a host suffer when a step there enters a phase; on the run's way back another than the one that failed, since that
    /// one goes back by itself.
    /// </summary>
    public Task SetAsync(SandboxFaultKind kind, string phase) =>
        SetAsync(kind, phase.StartsWith("back/", StringComparison.Ordinal) ? Bystander : Victim, phase);

    /// <summary>What was set and has not struck.</summary>
    public async Task<IEnumerable<SandboxFault>> WaitingAsync() =>
        (await _control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None))
        .Where(fault => fault.Phase is not null || fault.Kind == SandboxFaultKind.LostReply);

    public Task ClearAsync() => _control.ClearAsync(null, CancellationToken.None);

    public void Dispose() => _sandbox.Dispose();

    // A reply is lost once, and given up at once.
    private Task<IReadOnlyList<SandboxFault>> SetAsync(SandboxFaultKind kind, string host, string phase) => _control.SetAsync(
        new SandboxFault
        {
            Kind = kind,
            InstanceIds = [host],
            Phase = phase,
            Delay = kind == SandboxFaultKind.LostReply ? TimeSpan.FromSeconds(1) : null,
            Count = kind == SandboxFaultKind.LostReply ? 1 : null,
        },
        CancellationToken.None);
}
