using Aragora.Fleet.Sandboxes;
using Aragora.Fleet.Tests.Scale;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>Four live hosts in a sandbox process of its own.</summary>
internal sealed class SandboxMatrixFleet : MatrixFleet
{
    /// <summary>Another host than the victim, which is well.</summary>
    private const string Bystander = "i-0a1b2c3d4e5f60002";

    private readonly SandboxProcess _sandbox;
    private readonly SandboxControl _control;

    private SandboxMatrixFleet(SandboxProcess sandbox)
    {
        _sandbox = sandbox;
        _control = SandboxControl.Of(
            new Uri(sandbox.Settings["AWS_ENDPOINT_URL"]), sandbox.Settings["ARAGORA_SANDBOX_TOKEN"]);
    }

    protected override IReadOnlyDictionary<string, string> Settings => _sandbox.Settings;

    /// <summary>Starts the hosts, of which one has an older release than the others.</summary>
    public static async Task<MatrixFleet> StartAsync() =>
        new SandboxMatrixFleet(await SandboxProcess.StartAsync("--hosts", "4"));

    public override Task FailAsync() => SetAsync(SandboxFaultKind.ServiceKilled, Victim, "settle");

    /// <summary>
    /// Lets a host suffer when a step there enters a phase; on the run's way back another than the one that failed, since that
    /// one goes back by itself.
    /// </summary>
    public override Task SetAsync(SandboxFaultKind kind, string phase) =>
        SetAsync(kind, phase.StartsWith("back/", StringComparison.Ordinal) ? Bystander : Victim, phase);

    public override async Task<IEnumerable<SandboxFault>> WaitingAsync() =>
        (await _control.ClearAsync(SandboxFaultKind.SlowHost, CancellationToken.None))
        .Where(fault => fault.Phase is not null || fault.Kind == SandboxFaultKind.LostReply);

    public override Task ClearAsync() => _control.ClearAsync(null, CancellationToken.None);

    public override void Dispose() => _sandbox.Dispose();

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
