using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Tests.KillMatrix;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>A client that is killed while a package host is at work, and a session that knows nothing of it.</summary>
public sealed class PackageKillTests : IDisposable
{
    private readonly VirtualSession _fleet = new(hosts: 3, packages: 3);

    public void Dispose() => _fleet.Dispose();

    [Theory]
    [InlineData("Resume-AragoraDeploy {0} -Confirm:$false", "2.9.0", 3, DeployState.Completed)]
    [InlineData("Restore-AragoraCommit -DeployId {0} -SettleTime 0 -Confirm:$false", "2.8.0", 1, DeployState.Reverted)]
    public async Task The_run_goes_on_or_back_once_the_step_of_the_killed_client_has_ended(
        string way, string version, int hosts, DeployState end)
    {
        await KillAsync();
        var run = Newest();
        Assert.Equal(2, run.Hosts.Count(host => host.State == HostRunState.NotStarted));

        var results = SandboxFleet.Results(_fleet.Succeed(string.Format(null, way, run.DeployId)));

        Assert.Equal(hosts, results.Count);
        Assert.All(results, result => Assert.Equal(version, result.RunningCommit));
        Assert.All(
            _fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>(), host => Assert.Equal(version, host.PackageVersion));
        Assert.Equal(end, ((DeployRecord)_fleet.Succeed($"Get-AragoraDeploy {run.DeployId}").Values.Single()!).State);
        Assert.Empty(_fleet.Succeed("Get-AragoraFleetLock").Values);
    }

    private DeployRecord Newest() => (DeployRecord)_fleet.Succeed("Get-AragoraDeploy -Last 1").Values.Single()!;

    /// <summary>Begins a deploy in a process of its own, and kills that as soon as the first host is at work.</summary>
    private async Task KillAsync()
    {
        var sandbox = _fleet.Connection.Sandbox!;
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var client = ClientProcess.Start(
            new Dictionary<string, string>
            {
                ["AWS_ENDPOINT_URL"] = $"{sandbox.Endpoint}".TrimEnd('/'),
                ["AWS_REGION"] = sandbox.Region,
                ["AWS_ACCESS_KEY_ID"] = sandbox.AccessKey.Id,
                ["AWS_SECRET_ACCESS_KEY"] = sandbox.AccessKey.Secret,
            },
            "package.ps1",
            "2.9.0");
        Assert.True(await client.ReadToAsync("connected"), client.Text);
        while ((await SandboxTally.HostsAsync(sandbox)).Executions == 0)
        {
            Assert.False(limit.IsCancellationRequested, client.Text);
            await Task.Delay(20);
        }

        await client.KillAsync();
    }
}
