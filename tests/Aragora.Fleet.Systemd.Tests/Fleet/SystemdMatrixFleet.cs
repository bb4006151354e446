using Aragora.Fleet.Tests.KillMatrix;

namespace Aragora.Fleet.Systemd.Tests.Fleet;

/// <summary>The hosts of a session, as the kill matrix has them; they stay when it is done.</summary>
internal sealed class SystemdMatrixFleet(SystemdSession fleet) : MatrixFleet
{
    private CancellationTokenSource _end = new();
    private Task _failing = Task.CompletedTask;

    protected override IReadOnlyDictionary<string, string> Settings => fleet.Settings;

    protected override bool HasPackages => true;

    public override Task FailAsync()
    {
        _failing = KillServiceAsync(_end.Token);
        return Task.CompletedTask;
    }

    public override async Task ClearAsync()
    {
        await _end.CancelAsync();
        await _failing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        _end = new CancellationTokenSource();
    }

    public override void Dispose() => _end.Dispose();

    private async Task KillServiceAsync(CancellationToken cancellationToken)
    {
        await fleet.AwaitPhaseAsync("settle", cancellationToken, Victim);
        fleet.Shell(Victim, "systemctl kill -s KILL aragora");
    }
}
