using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Virtual;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Virtual;

/// <summary>What a virtual host answers to the module's own scripts, as the composer writes them.</summary>
public sealed class VirtualHostTests
{
    private const string Target = "09f0f4686a36dced13526466e7bb755a12128b7b";
    private const string Crashing = "21c54af5d2d7c933aacf873157a8208dece1dab4";

    private readonly VirtualHost _host = new(
        FleetModel.Of(1).Hosts[0], new HostTimes(TimeSpan.FromMilliseconds(5), seed: 1), TimeProvider.System, default);

    private int _commands;

    [Fact]
    public async Task A_step_that_is_asked_for_many_times_at_once_runs_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => DeployAsync("step-1", Target)));

        Assert.All(
            answers,
            answer => Assert.Equal(("deployed", Target), (answer.Text("outcome"), answer.Commit("running"))));
        Assert.Equal(new Dictionary<string, int> { ["step-1"] = 1 }, _host.Executions);
        Assert.Equal(new Dictionary<string, int> { ["step-1"] = 20 }, _host.Arrivals);
        Assert.Equal(20, _host.ScriptCount);
    }

    [Fact]
    public async Task A_step_goes_on_when_its_command_is_cancelled_and_tells_its_outcome_later()
    {
        var order = Order(DeployScript("step-1", Target, settle: "1"));
        var running = _host.RunAsync(order, default);
        while (_host.Executions.Count == 0)
            await Task.Yield();
        await _host.CancelAsync(order.CommandId, default);

        Assert.Equal((137, true), ((await running).ExitCode, (await running).WasCancelled));
        Assert.Equal("deployed", (await DeployAsync("step-1", Target)).Text("outcome"));
        Assert.Equal(1, _host.Executions["step-1"]);
    }

    [Fact]
    public async Task One_step_at_a_time_has_the_host()
    {
        var order = Order(DeployScript("step-1", Target, settle: "60"));
        var first = _host.RunAsync(order, default);
        while (_host.Executions.Count == 0)
            await Task.Yield();
        var second = await DeployAsync("step-2", Target);

        Assert.Equal("locked", second.Text("outcome"));
        Assert.Contains("step step-1", second.Text("reason"), StringComparison.Ordinal);
        await _host.CancelAsync(order.CommandId, default);
        Assert.True((await first).WasCancelled);
    }

    [Fact]
    public async Task A_script_that_takes_too_long_is_killed_by_the_agent()
    {
        var order = Order(DeployScript("step-1", Target, settle: "5")) with
        {
            ExecutionTimeout = TimeSpan.FromMilliseconds(50),
        };

        var outcome = await _host.RunAsync(order, default);

        Assert.Equal((137, false, ""), (outcome.ExitCode, outcome.WasCancelled, outcome.Stdout));
    }

    [Fact]
    public async Task A_crashing_release_is_taken_back_and_written_down()
    {
        await DeployAsync("step-1", Target);

        var failed = await DeployAsync("step-2", Crashing, run: "deploy-2");

        Assert.Equal(("reverted", "ready"), (failed.Text("outcome"), failed.Text("phase")));
        Assert.Equal((Target, Target), (failed.Commit("running"), failed.Commit("disk")));
        var history = await AskAsync(HostOperation.History, new()
        {
            ["P_UNIT"] = "aragora", ["P_POINTS"] = "5", ["P_RUNS"] = "5", ["P_WAIT"] = "0",
        });
        Assert.Equal(("4f0ff0570084911e50e2329b3cfae09de2247596", Target), (history.Commit("previous"), history.Commit("lastgood")));
        Assert.DoesNotContain(Crashing, string.Join(' ', history.Values.Where(pair => pair.Key.StartsWith("point."))));
        Assert.StartsWith("deploy-2 ", history.Text("deploy.0"), StringComparison.Ordinal);
        Assert.EndsWith($"{Target} {Crashing} reverted - -", history.Text("deploy.0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_moved_since_the_plan_refuses()
    {
        var parameters = StepParameters("step-1", "0");
        (parameters["P_TARGET"], parameters["P_REVERT"]) = (Target, "1");
        parameters["P_EXPECT"] = $"{Id} {Crashing}";

        var refused = await AskAsync(HostOperation.Deploy, parameters);

        Assert.Equal("refused", refused.Text("outcome"));
        Assert.StartsWith($"the plan saw {Crashing}", refused.Text("reason"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_the_origin_lacks_fails_at_the_fetch()
    {
        var failed = await DeployAsync("step-1", new string('a', 40));

        Assert.Equal(("failed", "fetch"), (failed.Text("outcome"), failed.Text("phase")));
    }

    [Fact]
    public async Task A_crashed_service_says_nothing_of_itself()
    {
        var parameters = StepParameters("step-1", "0");
        parameters["P_TARGETS"] = $"{Id} {Crashing}";
        Assert.Equal("failed", (await AskAsync(HostOperation.Rollback, parameters)).Text("outcome"));

        var probe = await ProbeAsync("version health");

        Assert.Equal((Crashing, null), (probe.Commit("disk"), probe.Text("running")));
        Assert.Equal(("activating", "000"), (probe.Text("active"), probe.Text("readyz.code")));
    }

    [Fact]
    public async Task A_unit_that_is_not_there_has_no_release()
    {
        var probe = await AskAsync(HostOperation.Probe, new() { ["P_UNIT"] = "nginx", ["P_SECTIONS"] = "version" });

        Assert.Equal(("none", "not-found", null), (probe.Text("mode"), probe.Text("load"), probe.Text("disk")));
    }

    [Theory]
    [InlineData("v2.9.0", Target)]
    [InlineData("main", Target)]
    [InlineData("refs/heads/broken-crash", Crashing)]
    [InlineData("21c54af", Crashing)]
    [InlineData("nothing", null)]
    public async Task Refs_are_resolved(string name, string? commit) => Assert.Equal(
        commit, (await AskAsync(HostOperation.Ref, new() { ["P_UNIT"] = "aragora", ["P_REF"] = name })).Commit("sha"));

    [Fact]
    public async Task The_output_of_a_text_can_be_fetched_and_the_text_runs_once()
    {
        var parameters = new Dictionary<string, string>
        {
            ["P_RUN"] = "run1", ["P_SCRIPT"] = "echo \"it's\"; exit 3",
        };
        var first = await _host.RunAsync(Order(ScriptComposer.Compose(HostOperation.Run, parameters)), default);
        var again = await AskAsync(HostOperation.Run, parameters);

        Assert.Equal((3, "it's\n"), (first.ExitCode, ResultBlock.Read(first.Stdout).Rest));
        Assert.Equal("failed to run commands: exit status 3", first.Stderr);
        Assert.Equal(3, again.Number("exit"));
        Assert.Equal((2, 1), (_host.Arrivals["run1"], _host.Executions["run1"]));
        var slice = await AskAsync(
            HostOperation.Fetch, new() { ["P_RUN"] = "run1", ["P_STREAM"] = "out", ["P_OFFSET"] = "2" });
        Assert.Equal((3, true), (slice.Number("bytes"), slice.Flag("eof")));
    }

    [Theory]
    [InlineData("echo hi", 0, "hi\n")]
    [InlineData("#!/bin/sh\n# a comment\n\necho a 'b  c' \"d\"; hostname", 0, "a b  c d\naragora-api-server\n")]
    [InlineData("printf 'one\\ntwo'; uname -n", 0, "one\ntwoaragora-api-server\n")]
    [InlineData("true; false", 1, "")]
    [InlineData("false; exit", 1, "")]
    [InlineData("exit 300", 44, "")]
    [InlineData("", 0, "")]
    public void A_few_words_are_understood(string script, int code, string output)
    {
        var answer = new ToyShell("aragora-api-server").Run(script);

        Assert.Equal((code, output, ""), (answer.ExitCode, answer.Stdout, answer.Stderr));
    }

    [Theory]
    [InlineData("echo $HOME")]
    [InlineData("echo `id`")]
    [InlineData("echo hi > /tmp/x")]
    [InlineData("echo hi && rm x")]
    [InlineData("echo hi\ncurl http://127.0.0.1")]
    [InlineData("echo -e x")]
    [InlineData("printf %s x")]
    [InlineData("exit x")]
    [InlineData("FOO=bar")]
    public void All_else_is_refused_before_anything_is_done(string script)
    {
        var answer = new ToyShell("host").Run(script);

        Assert.Equal((126, ""), (answer.ExitCode, answer.Stdout));
        Assert.StartsWith("a virtual host does not run scripts", answer.Stderr, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("it's {{ssm:x}} \r\n\\ \"$HOME\"\n='")]
    [InlineData("")]
    public void What_the_composer_quotes_is_read_back(string value)
    {
        var script = ComposedScript.Read(ScriptComposer.Compose(
            HostOperation.Run, new Dictionary<string, string> { ["P_RUN"] = "r", ["P_SCRIPT"] = value }));

        Assert.Equal(("run", "r", value), (script.Operation, script["P_RUN"], script["P_SCRIPT"]));
    }

    [Theory]
    [InlineData("P_SETTLE_SECONDS='0'", "P_SETTLE_SECONDS='soon'", "P_SETTLE_SECONDS is no number")]
    [InlineData("P_SETTLE_SECONDS='0'", "P_SETTLE_SECONDS='-1'", "P_SETTLE_SECONDS is no number")]
    [InlineData("P_STEP='step-1'", "P_STEP='step-1", "quotes of a value")]
    [InlineData("P_STEP='step-1'", "P_STEP='step'-1", "quotes of a value")]
    public async Task A_malformed_script_is_a_failed_script(string wellFormed, string malformed, string reason)
    {
        var script = DeployScript("step-1", Target, settle: "0");
        var at = script.IndexOf(wellFormed, StringComparison.Ordinal);

        // Cut where it is malformed: the end of the file comes before another quote.
        var cut = malformed.StartsWith("P_STEP", StringComparison.Ordinal) ? "" : script[(at + wellFormed.Length)..];
        var outcome = await _host.RunAsync(Order(script[..at] + malformed + cut), default);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Stdout));
        Assert.Contains(reason, outcome.Stderr, StringComparison.Ordinal);
    }

    private static string Id => "i-0dbd51f74a9a11fcc";

    private static Dictionary<string, string> StepParameters(string step, string settle, string run = "deploy-1") => new()
    {
        ["P_UNIT"] = "aragora.service",
        ["P_BRANCH"] = "main",
        ["P_STEP"] = step,
        ["P_DEPLOY"] = run,
        ["P_READY_SECONDS"] = "1",
        ["P_SETTLE_SECONDS"] = settle,
        ["P_TOKEN"] = "0",
        ["P_WHO"] = "tester",
        ["P_REASON"] = "",
    };

    private static string DeployScript(string step, string target, string settle, string run = "deploy-1")
    {
        var parameters = StepParameters(step, settle, run);
        (parameters["P_TARGET"], parameters["P_REVERT"]) = (target, "1");
        return ScriptComposer.Compose(HostOperation.Deploy, parameters);
    }

    private ScriptOrder Order(string script) =>
        new($"c-{Interlocked.Increment(ref _commands)}", script, "", TimeSpan.FromSeconds(30));

    private async Task<ResultBlock> DeployAsync(string step, string target, string run = "deploy-1") => ResultBlock.Read(
        (await _host.RunAsync(Order(DeployScript(step, target, settle: "0", run)), default)).Stdout);

    private Task<ResultBlock> ProbeAsync(string sections) =>
        AskAsync(HostOperation.Probe, new() { ["P_UNIT"] = "aragora", ["P_SECTIONS"] = sections });

    private async Task<ResultBlock> AskAsync(HostOperation operation, Dictionary<string, string> parameters)
    {
        var outcome = await _host.RunAsync(Order(ScriptComposer.Compose(operation, parameters)), default);
        var block = ResultBlock.Read(outcome.Stdout);
        Assert.Equal(ResultBlockState.Complete, block.State);
        return block;
    }
}
