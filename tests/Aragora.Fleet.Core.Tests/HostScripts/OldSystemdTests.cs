using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>Every operation on a host whose systemd is 219: it refuses each option that came later.</summary>
public sealed class OldSystemdTests : IDisposable
{
    private readonly FakeHost _host = new();

    public OldSystemdTests()
    {
        _host.Say("unknown", "");
        _host.Age();
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_release_goes_forward_and_back()
    {
        var target = _host.Commit();

        Assert.Equal("claimed", _host.Claim(("P_TARGETS", $"{FakeHost.InstanceId} {target}")).Block.Text("outcome"));
        var deployed = _host.Deploy(target, settle: 1).Block;
        Assert.Equal(("deployed", target), (deployed.Text("outcome"), deployed.Text("running")));
        Assert.Equal("accepted", _host.Accept().Block.Text("outcome"));
        Assert.Equal(_host.First, _host.History().Block.Text("previous"));
        var restored = _host.Rollback().Block;
        Assert.Equal(("restored", _host.First), (restored.Text("outcome"), restored.Text("running")));
        NothingIsUnknown();
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("crashes", "ModuleNotFoundError: No module named boom")]
    [InlineData("dies-later", "crashed while settling")]
    public void A_crash_is_seen_without_a_count_of_restarts(string fate, string reason)
    {
        var block = _host.Deploy(_host.Commit(fate), settle: 1).Block;

        Assert.Equal(("reverted", _host.First), (block.Text("outcome"), block.Text("running")));
        Assert.Contains(reason, block.Text("reason"), StringComparison.Ordinal);
        NothingIsUnknown();
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_step_without_an_outcome_is_told_by_its_unit()
    {
        var target = _host.Commit();
        _host.Deploy(target);
        File.Delete(_host.At("state", "steps", "step-1", "outcome"));

        Assert.Equal("unknown", _host.Deploy(target).Block.Text("outcome"));
        NothingIsUnknown();
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void Every_read_answers()
    {
        _host.Say("overrides", "SECRET_TOKEN=other");
        _host.Say("envfiles", $"EnvironmentFiles={_host.At("overrides")} (ignore_errors=no)");

        var probe = _host.Probe().Block;
        Assert.Equal((_host.First, "active", 200), (probe.Text("running"), probe.Text("active"), probe.Number("readyz.code")));
        var survey = _host.Run(HostOperation.Survey, []).Block;
        Assert.Equal((_host.First, $"{_host.At("overrides")}: SECRET_TOKEN"), (survey.Text("running"), survey.Text("envfile")));
        var pulse = _host.Run(HostOperation.Pulse, new() { ["P_SECONDS"] = "30" }).Block;
        Assert.Equal((1, 3, 0), (pulse.Number("errors"), pulse.Number("lines"), pulse.Number("restarts")));
        var layers = new Dictionary<string, string> { ["P_SALT"] = "salt", ["P_KINDS"] = "Unit DropIn Nginx PackageSet" };
        var drift = _host.Run(HostOperation.Drift, new(layers)).Block;
        Assert.Matches("^[0-9a-f]{8}$", drift.Text("sum.DropIn"));
        Assert.Contains("overridden by", drift.Text("fault.DropIn"), StringComparison.Ordinal);
        Assert.Contains("SECRET_TOKEN", _host.Run(HostOperation.Items, new(layers)).Block.Rest, StringComparison.Ordinal);
        Assert.Equal(_host.First, _host.Run(HostOperation.Ref, new() { ["P_REF"] = "main" }).Block.Text("sha"));
        Assert.Equal(
            "aragora",
            _host.Run(HostOperation.Compare, new() { ["P_TARGET"] = _host.First, ["P_FROMS"] = _host.First }).Block.Text("unit"));
        NothingIsUnknown();
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void A_text_of_the_users_own_runs()
    {
        Assert.Equal(7, _host.Run(HostOperation.Run, new() { ["P_RUN"] = "run-1", ["P_SCRIPT"] = "exit 7" }).ExitCode);
        Assert.Equal(
            "out",
            _host.Run(HostOperation.Fetch, new() { ["P_RUN"] = "run-1", ["P_STREAM"] = "out", ["P_OFFSET"] = "0" }) is { ExitCode: 0 }
                ? "out" : "");
        NothingIsUnknown();
    }

    [HostTheory("bash", "sed", "tee")]
    [InlineData("systemd-run --wait true", "--wait")]
    [InlineData("systemd-run --collect --unit=x true", "--collect")]
    [InlineData("systemd-run --pipe true", "--pipe")]
    [InlineData("systemd-run -q -E A=b true", "E")]
    [InlineData("systemd-run --working-directory=/ true", "--working-directory")]
    [InlineData("systemctl show aragora --value --property=MainPID", "--value")]
    [InlineData("systemctl show --property MainPID aragora --timestamp=unix", "--timestamp")]
    [InlineData("systemctl -P MainPID show aragora", "P")]
    [InlineData("systemctl revert aragora", "revert")]
    [InlineData("journalctl -u aragora --output-fields=MESSAGE", "--output-fields")]
    [InlineData("journalctl -u aragora --no-hostname", "--no-hostname")]
    [InlineData("journalctl -g error", "g")]
    public void The_stand_in_refuses_what_came_later(string command, string named)
    {
        var answer = _host.RunText(command);

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains($"'{named}'", answer.Error, StringComparison.Ordinal);
    }

    [HostTheory("bash", "sed", "tee")]
    [InlineData("systemd-run --unit=x --setenv=A=b sleep --wait", "")]
    [InlineData("systemctl show aragora --property=NRestarts,MainPID -p LoadState", "NRestarts=")]
    [InlineData("journalctl -u aragora -n 12 --since='3 seconds ago' --no-pager -o cat -q", "-- No entries --")]
    public void The_stand_in_takes_what_219_knows(string command, string lacking)
    {
        var answer = _host.RunText(command);

        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        Assert.DoesNotContain(lacking.Length > 0 ? lacking : "unrecognized", answer.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _host.Dispose();

    private void NothingIsUnknown() => Assert.Equal("", File.ReadAllText(_host.At("unknown")).Trim());
}
