using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Virtual;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Virtual;

/// <summary>A virtual host that is taken for a run, as claim.sh takes a live one.</summary>
public sealed class VirtualClaimTests
{
    private const string Id = "i-0dbd51f74a9a11fcc";
    private const string First = "4f0ff0570084911e50e2329b3cfae09de2247596";
    private const string Target = "09f0f4686a36dced13526466e7bb755a12128b7b";

    private VirtualHost _host = Host(TimeSpan.FromMilliseconds(5), TimeProvider.System);

    private int _commands;

    [Fact]
    public async Task Says_what_it_runs_and_changes_nothing()
    {
        var block = await ClaimAsync();

        Assert.Equal(("claimed", First, First), (block.Text("outcome"), block.Text("from"), block.Text("disk")));
        Assert.Equal(("7", "git", "active"), (block.Text("fence"), block.Text("mode"), block.Text("active")));
        Assert.Empty(_host.Executions);
    }

    [Fact]
    public async Task A_smaller_token_is_fenced_off_in_claims_and_in_steps()
    {
        await ClaimAsync(("P_TOKEN", "9"));

        Assert.Equal("fenced", (await ClaimAsync(("P_TOKEN", "8"))).Text("outcome"));
        var step = await DeployAsync("step-1", "8");
        Assert.Equal(("fenced", "fence", First), (step.Text("outcome"), step.Text("phase"), step.Text("running")));
        Assert.Equal("deployed", (await DeployAsync("step-2", "9")).Text("outcome"));
    }

    [Fact]
    public async Task What_is_no_token_is_refused_and_tells_of_no_other_holder()
    {
        var block = await ClaimAsync(("P_TOKEN", "x"));

        Assert.Equal(("refused", "fence"), (block.Text("outcome"), block.Text("phase")));
    }

    [Fact]
    public async Task A_host_that_moved_since_the_plan_refuses_unless_the_run_itself_moved_it()
    {
        var block = await ClaimAsync(("P_EXPECT", $"{Id} {Target}"));
        Assert.Equal(("moved", "moved"), (block.Text("outcome"), block.Text("phase")));

        await DeployAsync("step-1", "7");
        Assert.Equal(First, (await ClaimAsync()).Text("from"));
        Assert.Equal("moved", (await ClaimAsync(("P_DEPLOY", "deploy-2"))).Text("outcome"));
    }

    [Fact]
    public async Task A_host_that_this_run_moved_goes_the_whole_way_again()
    {
        Assert.Equal("deployed", (await DeployAsync("step-1", "7")).Text("outcome"));
        Assert.Equal("deployed", (await DeployAsync("step-2", "7")).Text("outcome"));
    }

    [Fact]
    public async Task Writes_down_that_the_run_was_accepted_where_it_knows_the_run_and_the_lock_is_not_lost()
    {
        Assert.Equal("refused", (await AcceptAsync("9")).Text("outcome"));
        await ClaimAsync(("P_TOKEN", "9"), ("P_RECORD", "kind Deploy\naccept 1"));
        Assert.Equal("unaccepted", await AfterAsync());

        Assert.Equal("fenced", (await AcceptAsync("8")).Text("outcome"));
        Assert.Equal("unaccepted", await AfterAsync());
        Assert.Equal("accepted", (await AcceptAsync("9")).Text("outcome"));
        Assert.Equal("-", await AfterAsync());

        Task<ResultBlock> AcceptAsync(string token) => AskAsync(
            HostOperation.Accept, new() { ["P_DEPLOY"] = "deploy-1", ["P_TOKEN"] = token, ["P_WHO"] = "tester" });

        async Task<string> AfterAsync() => (await AskAsync(HostOperation.History, new()
        {
            ["P_UNIT"] = "aragora", ["P_POINTS"] = "000", ["P_RUNS"] = "1", ["P_WAIT"] = "0",
        })).Text("deploy.0")!.Split(' ')[6];
    }

    [Fact]
    public async Task A_host_under_change_is_locked()
    {
        var time = new StillTime(TimeSpan.FromSeconds(7));
        _host = Host(TimeSpan.Zero, time);
        var step = AskAsync(HostOperation.Deploy, DeployParameters("step-1", "7", settle: "7"));
        await time.Awaited;
        var block = await ClaimAsync();

        Assert.Equal(("locked", "lock"), (block.Text("outcome"), block.Text("phase")));
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("deployed", (await step).Text("outcome"));
    }

    [Fact]
    public async Task A_unit_that_is_not_there_is_refused() => Assert.Equal(
        "layout", (await ClaimAsync(("P_UNIT", "nginx"))).Text("phase"));

    private static VirtualHost Host(TimeSpan median, TimeProvider time) =>
        new(FleetModel.Of(1).Hosts[0], new HostTimes(median, seed: 1), time, default);

    private static Dictionary<string, string> RunParameters(string token) => new()
    {
        ["P_UNIT"] = "aragora",
        ["P_BRANCH"] = "main",
        ["P_DEPLOY"] = "deploy-1",
        ["P_TOKEN"] = token,
        ["P_WHO"] = "tester",
        ["P_REASON"] = "",
        ["P_EXPECT"] = $"{Id} {First}",
    };

    private static Dictionary<string, string> DeployParameters(string step, string token, string settle) =>
        new(RunParameters(token))
        {
            ["P_STEP"] = step,
            ["P_TARGET"] = Target,
            ["P_REVERT"] = "1",
            ["P_READY_SECONDS"] = "1",
            ["P_SETTLE_SECONDS"] = settle,
        };

    private Task<ResultBlock> DeployAsync(string step, string token) =>
        AskAsync(HostOperation.Deploy, DeployParameters(step, token, settle: "0"));

    private Task<ResultBlock> ClaimAsync(params (string Name, string Value)[] others)
    {
        var parameters = new Dictionary<string, string>(RunParameters("7"))
        {
            ["P_TARGETS"] = $"{Id} {Target}",
            ["P_WAVES"] = $"{Id} 1",
            ["P_RECORD"] = "kind Deploy",
            ["P_NEED_MB"] = "512",
        };
        foreach (var (name, value) in others)
            parameters[name] = value;
        return AskAsync(HostOperation.Claim, parameters);
    }

    private async Task<ResultBlock> AskAsync(HostOperation operation, Dictionary<string, string> parameters)
    {
        var script = ScriptComposer.Compose(operation, parameters);
        var order = new ScriptOrder($"c-{Interlocked.Increment(ref _commands)}", script, "", TimeSpan.FromSeconds(30));
        var block = ResultBlock.Read((await _host.RunAsync(order, default)).Stdout);
        Assert.Equal(ResultBlockState.Complete, block.State);
        return block;
    }

    /// <summary>Stands still, and tells when somebody begins to wait for so long.</summary>
    private sealed class StillTime(TimeSpan wait) : FakeTimeProvider
    {
        private readonly TaskCompletionSource _awaited = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Awaited => _awaited.Task.WaitAsync(TimeSpan.FromMinutes(2));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == wait)
                _awaited.TrySetResult();
            return timer;
        }
    }
}
