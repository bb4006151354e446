using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>A host that lacks what an operation needs says so, changes nothing, and shows no error of its shell.</summary>
public sealed class MissingProgramTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostTheory("bash", "git", "curl", "cksum", "flock")]
    [InlineData("git", "probe")]
    [InlineData("git", "survey")]
    [InlineData("git", "drift")]
    [InlineData("git", "history")]
    [InlineData("git", "ref")]
    [InlineData("git", "compare")]
    [InlineData("git", "claim")]
    [InlineData("git", "deploy")]
    [InlineData("git", "rollback")]
    [InlineData("curl", "probe")]
    [InlineData("curl", "survey")]
    [InlineData("curl", "drift")]
    [InlineData("curl", "history")]
    [InlineData("curl", "pulse")]
    [InlineData("curl", "claim")]
    [InlineData("curl", "deploy")]
    [InlineData("curl", "rollback")]
    [InlineData("systemctl", "probe")]
    [InlineData("systemctl", "survey")]
    [InlineData("systemctl", "drift")]
    [InlineData("systemctl", "items")]
    [InlineData("systemctl", "history")]
    [InlineData("systemctl", "pulse")]
    [InlineData("systemctl", "ref")]
    [InlineData("systemctl", "compare")]
    [InlineData("systemctl", "package")]
    [InlineData("systemctl", "claim")]
    [InlineData("systemctl", "deploy")]
    [InlineData("systemctl", "rollback")]
    [InlineData("systemd-run", "deploy")]
    [InlineData("systemd-run", "rollback")]
    [InlineData("flock", "compare")]
    [InlineData("flock", "claim")]
    [InlineData("flock", "accept")]
    [InlineData("flock", "deploy")]
    [InlineData("flock", "rollback")]
    [InlineData("runuser", "survey")]
    [InlineData("runuser", "deploy")]
    public void It_is_named(string program, string operation)
    {
        var target = _host.Commit();
        _host.Lose(program);

        var answer = Run(operation, target);

        Assert.Equal((1, ""), (answer.ExitCode, answer.Error));
        Assert.Equal(
            ("refused", $"the host has no {program}"), (answer.Block.Text("outcome"), answer.Block.Text("reason")));
        Assert.Equal("", answer.Block.Rest);
        Unchanged();
    }

    [HostTheory("bash", "git", "curl", "cksum")]
    [InlineData("probe")]
    [InlineData("survey")]
    [InlineData("drift")]
    [InlineData("items")]
    [InlineData("history")]
    [InlineData("pulse")]
    [InlineData("ref")]
    [InlineData("compare")]
    [InlineData("claim")]
    public void A_systemctl_that_finds_no_systemd_is_told(string operation)
    {
        File.WriteAllText(
            _host.At("bin", "systemctl"),
            "#!/bin/bash\necho 'System has not been booted with systemd as init system (PID 1).' >&2\nexit 1\n");

        var answer = Run(operation, _host.First);

        Assert.Equal(
            (1, "refused", "systemd does not answer on this host"),
            (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("reason")));
        Unchanged();
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Health_and_pulse_need_no_git()
    {
        _host.Lose("git");

        Assert.Equal(200, _host.Probe("health").Block.Number("readyz.code"));
        Assert.Equal(200, Run("pulse", "").Block.Number("ready"));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void A_pulse_without_a_journal_is_no_pulse_without_errors()
    {
        _host.Lose("journalctl");

        Assert.Equal("the host has no journalctl", Run("pulse", "").Block.Text("reason"));
    }

    [HostFact("bash", "git", "curl")]
    public void Without_cksum_there_is_no_answer_and_its_absence_is_said_in_words()
    {
        _host.Lose("cksum");

        var answer = _host.Probe();

        Assert.Equal((1, "", "the host has no cksum\n"), (answer.ExitCode, answer.Output, answer.Error));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock")]
    [InlineData("python", "has no python in a virtual environment")]
    [InlineData("pip", "has no pip in its virtual environment")]
    public void A_host_that_could_install_nothing_is_not_claimed(string lacking, string reason)
    {
        var target = _host.Commit();
        if (lacking == "python")
            File.Delete(_host.At("app", "venv", "bin", "python"));
        else
            _host.Say("no-pip", "1");

        var block = Run("claim", target).Block;

        Assert.Equal("refused", block.Text("outcome"));
        Assert.Contains(reason, block.Text("reason"), StringComparison.Ordinal);
        Unchanged();
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "gzip")]
    public void An_output_that_cannot_be_packed_is_refused()
    {
        _host.Run(HostOperation.Run, new() { ["P_RUN"] = "run-1", ["P_SCRIPT"] = "echo out" });
        _host.Lose("gzip");

        var answer = _host.Run(HostOperation.Fetch, new() { ["P_RUN"] = "run-1", ["P_STREAM"] = "out", ["P_OFFSET"] = "0" });

        Assert.Equal(("", "the host has no gzip"), (answer.Error, answer.Block.Text("reason")));
    }

    public void Dispose() => _host.Dispose();

    private ShellAnswer Run(string operation, string target) => operation switch
    {
        "deploy" => _host.Deploy(target),
        "rollback" => _host.Rollback($"{FakeHost.InstanceId} {target}"),
        "claim" => _host.Claim(("P_TARGETS", $"{FakeHost.InstanceId} {target}")),
        "accept" => Accept(),
        "history" => _host.History(),
        "probe" => _host.Probe(),
        "pulse" => _host.Run(HostOperation.Pulse, new() { ["P_SECONDS"] = "30" }),
        "ref" => _host.Run(HostOperation.Ref, new() { ["P_REF"] = "main" }),
        "compare" => _host.Run(HostOperation.Compare, new() { ["P_TARGET"] = target, ["P_FROMS"] = _host.First }),
        "package" => _host.Run(HostOperation.Package, new() { ["P_VERSION"] = "2.9.0" }),
        "survey" => _host.Run(HostOperation.Survey, []),
        _ => _host.Run(
            operation == "items" ? HostOperation.Items : HostOperation.Drift,
            new() { ["P_SALT"] = "salt", ["P_KINDS"] = "Unit DropIn" }),
    };

    private ShellAnswer Accept()
    {
        Directory.CreateDirectory(_host.At("state", "deploys"));
        _host.Say("state/deploys/deploy-7", "kind Deploy");
        return _host.Accept();
    }

    private void Unchanged()
    {
        Assert.Equal(_host.First, File.ReadAllText(_host.At("app", ".git", "refs", "heads", "main")).Trim());
        Assert.False(Directory.Exists(_host.At("state", "steps", "step-1")));
        Assert.Empty(_host.Ledger);
        Assert.DoesNotContain("systemctl restart aragora", _host.Calls);
    }
}
