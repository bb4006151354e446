using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.KillMatrix;
using Xunit.Abstractions;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>
/// A client that deploys to all four hosts, three checkouts and a package, is killed at any moment, and a machine that knows
/// nothing of it goes on or goes back.
/// </summary>
[Collection(SharedHosts.Name)]
public sealed class KillTests(SystemdSession fleet, ITestOutputHelper output)
{
    [SystemdSoakFact]
    public async Task Ten_killed_clients_are_recovered_from()
    {
        fleet.Bring("v2.8.0");
        fleet.BringPackage("2.8.0");
        var report = new MatrixReport(output);
        using var run = await MatrixRun.StartAsync(new SystemdMatrixFleet(fleet), report);
        foreach (var round in MatrixRound.Kills(10))
        {
            if (!await run.RunAsync(round))
                break;
        }

        report.Summarize();
        Assert.True(report.Wrong.Count == 0, string.Join("\n\n", report.Wrong));
    }
}
