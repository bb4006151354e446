using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Virtual;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Virtual;

/// <summary>A virtual host that runs from a package: its releases are versions.</summary>
public sealed class VirtualPackageTests
{
    private readonly VirtualHost _host = new(
        FleetModel.Of(1).WithPackages(1).Hosts[0], new HostTimes(TimeSpan.FromMilliseconds(5), seed: 1), TimeProvider.System, default);

    private int _commands;

    [Fact]
    public void The_last_hosts_of_a_fleet_run_from_a_package() => Assert.Equal(
        [false, false, true, true], FleetModel.Of(4).WithPackages(2).Hosts.Select(host => host.Layout.IsPackage));

    [Fact]
    public async Task It_tells_its_version_and_no_commit()
    {
        var probe = await AskAsync(HostOperation.Probe, new() { ["P_UNIT"] = "aragora", ["P_SECTIONS"] = "version health" });

        Assert.Equal(("package", "2.8.0", "2.8.0"), (probe.Text("mode"), probe.Release("disk"), probe.Release("running")));
        Assert.Equal((null, null, null), (probe.Text("branch"), probe.Text("committed"), probe.Text("named")));
        Assert.Matches("\"sha\": ?\"unknown\"", probe.Text("build.body"));
    }

    [Theory]
    [InlineData("2.9.0", "2.9.0", null)]
    [InlineData("2.9", null, "notfound")]
    public async Task Versions_are_looked_up_at_the_index(string version, string? found, string? outcome)
    {
        var answer = await AskAsync(HostOperation.Package, new() { ["P_UNIT"] = "aragora", ["P_VERSION"] = version });

        Assert.Equal((found, outcome), (answer.Text("version"), answer.Text("outcome")));
    }

    [Fact]
    public async Task Refs_and_commits_are_none_of_its()
    {
        Assert.Equal("refused", (await AskAsync(
            HostOperation.Ref, new() { ["P_UNIT"] = "aragora", ["P_REF"] = "main" })).Text("outcome"));
        Assert.Equal("refused", (await AskAsync(
            HostOperation.Compare, new() { ["P_UNIT"] = "aragora", ["P_TARGET"] = "x", ["P_FROMS"] = "x" })).Text("outcome"));
    }

    [Fact]
    public async Task The_step_of_a_checkout_is_refused()
    {
        var refused = await DeployAsync(HostOperation.Deploy, "step-1", "2.9.0");

        Assert.Equal(("refused", "layout"), (refused.Text("outcome"), refused.Text("phase")));
        Assert.Equal("the service is laid out as 'package', not 'git'", refused.Text("reason"));
    }

    [Fact]
    public async Task A_step_moves_it_and_its_wheels_are_those_of_the_last_one()
    {
        Assert.Equal("deployed", (await DeployAsync(HostOperation.DeployPackage, "step-1", "2.9.0")).Text("outcome"));

        var history = await AskAsync(HostOperation.History, new()
        {
            ["P_UNIT"] = "aragora", ["P_POINTS"] = "005", ["P_RUNS"] = "5", ["P_WAIT"] = "0",
        });
        Assert.Equal(("2.8.0", "2.9.0"), (history.Release("previous"), history.Release("running")));
        Assert.Equal(["2.8.0", "-", "1"], history.Text("point.0")!.Split(' ')[..3]);
    }

    private Task<ResultBlock> DeployAsync(HostOperation operation, string step, string target) => AskAsync(operation, new()
    {
        ["P_UNIT"] = "aragora",
        ["P_BRANCH"] = "main",
        ["P_STEP"] = step,
        ["P_DEPLOY"] = "deploy-1",
        ["P_READY_SECONDS"] = "1",
        ["P_SETTLE_SECONDS"] = "0",
        ["P_TOKEN"] = "0",
        ["P_WHO"] = "tester",
        ["P_REASON"] = "",
        ["P_TARGET"] = target,
        ["P_REVERT"] = "1",
    });

    private async Task<ResultBlock> AskAsync(HostOperation operation, Dictionary<string, string> parameters)
    {
        var order = new ScriptOrder(
            $"c-{++_commands}", ScriptComposer.Compose(operation, parameters), "", TimeSpan.FromSeconds(30));
        var block = ResultBlock.Read((await _host.RunAsync(order, default)).Stdout);
        Assert.Equal(ResultBlockState.Complete, block.State);
        return block;
    }
}
