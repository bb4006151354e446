using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Virtual;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Virtual;

/// <summary>What the model of a virtual fleet is made of.</summary>
public sealed class VirtualModelTests
{
    [Fact]
    public void Ten_thousand_instances_differ_in_id_name_and_address()
    {
        var hosts = FleetModel.Of(10_000, "us-east-2", "us-west-2", "eu-west-1").Hosts;

        Assert.Equal(10_000, hosts.Select(host => host.Id).Distinct().Count());
        Assert.Equal(10_000, hosts.Select(host => host.Name).Distinct().Count());
        Assert.Equal(10_000, hosts.Select(host => host.PrivateIp).Distinct().Count());
        Assert.All(hosts, host => Assert.Matches("^i-[0-9a-f]{17}$", host.Id));
        Assert.All(hosts, host => Assert.True(System.Net.IPAddress.TryParse(host.PrivateIp, out _), host.PrivateIp));
        Assert.All(hosts, host => Assert.True(host.LaunchTime < DateTimeOffset.UtcNow, host.Name));
    }

    [Fact]
    public void Each_region_has_three_zones_and_is_an_account()
    {
        var model = FleetModel.Of(18, "us-east-2", "us-west-2", "eu-west-1");

        foreach (var region in model.Regions)
        {
            Assert.Equal(
                [region + "a", region + "b", region + "c"],
                model.ManagedIn(region).Select(host => host.Zone).Distinct().Order());
        }

        Assert.Equal(3, model.Regions.Select(model.AccountOf).Distinct().Count());
        Assert.Equal(FleetModel.Account, model.AccountOf("us-east-2"));
        Assert.Equal(FleetModel.Account, model.AccountOf("ap-south-1"));
        Assert.Empty(model.In("ap-south-1"));
    }

    [Fact]
    public void Times_follow_from_the_seed_and_spread_around_the_middle()
    {
        var median = TimeSpan.FromMilliseconds(400);
        var times = Enumerable.Range(0, 2_001).Select(host => new HostTimes(median, seed: 7).Of(host, turn: 1)).ToList();

        Assert.Equal(times, Enumerable.Range(0, 2_001).Select(host => new HostTimes(median, seed: 7).Of(host, turn: 1)));
        Assert.NotEqual(times[0], new HostTimes(median, seed: 8).Of(0, turn: 1));
        Assert.NotEqual(times[0], new HostTimes(median, seed: 7).Of(0, turn: 2));
        Assert.InRange(times.Order().ElementAt(1_000).TotalMilliseconds, 370, 430);
        Assert.InRange(times.Max().TotalMilliseconds, 1_000, 3_200);
        Assert.InRange(times.Min().TotalMilliseconds, 40, 200);
    }

    [HostsFact]
    public async Task The_commits_are_those_of_the_live_hosts_repository()
    {
        var folder = Directory.CreateTempSubdirectory("aragora-releases-");
        try
        {
            var origin = Path.Combine(folder.FullName, "origin.git");
            await AppRepository.CreateAsync(origin, CancellationToken.None);
            var (_, refs) = await Tool.RunAsync(
                "git", ["-C", origin, "for-each-ref", "--format=%(refname) %(objectname) %(committerdate:iso-strict)"], "",
                CancellationToken.None);

            Assert.Equal(
                refs.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                Release.Refs.Select(known => $"{known.Name} {known.Release.Commit} {known.Release.Committed}"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}

/// <summary>A test that needs what live hosts need.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HostsFactAttribute : FactAttribute
{
    public HostsFactAttribute() => Skip = Prerequisites.WhyNoLiveHosts();
}
