using System.Text.Json;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Tests.Commands;
using Aragora.Fleet.Tests.Hosting;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.Scale;

/// <summary>What the engine adds to the time that the hosts take for their own steps.</summary>
public sealed class DeployBench(ITestOutputHelper output)
{
    [Fact]
    public void The_engine_adds_little_to_the_time_of_four_hosts()
    {
        using var fleet = new SandboxFleet();

        var results = SandboxFleet.Results(fleet.Succeed(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 3 -SettleTime 0 -Confirm:$false"));

        var journal = StateHome.Journal(results[0].DeployId).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var began = At(journal.First(line => What(line) == "claim"));
        var run = At(journal.Last()) - began;
        var hosts = TimeSpan.FromTicks(results.GroupBy(result => result.Wave).Sum(wave => wave.Max(r => r.Duration!.Value.Ticks)));
        output.WriteLine(
            $"from lock to claim {(began - At(journal.First(line => What(line) == "lock"))).TotalSeconds:0.00} s; from claim to end "
            + $"{run.TotalSeconds:0.00} s, of which hosts {hosts.TotalSeconds:0.00} s, engine {(run - hosts).TotalSeconds:0.00} s");
        Assert.Equal(2, results.Select(result => result.Wave).Distinct().Count());
        Assert.True(run > hosts);
        Assert.True(run < hosts * 5 + TimeSpan.FromSeconds(5));
    }

    private static string What(JsonElement line) => line.GetProperty("what").GetString()!;

    private static DateTimeOffset At(JsonElement line) => line.GetProperty("at").GetDateTimeOffset();
}
