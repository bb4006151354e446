using System.Globalization;
using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>A step that was killed, by hand or by a reboot: what is known of it, and what the next one makes good.</summary>
public sealed class InterruptedStepTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly FakeHost _host = new();

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("checkout", "")]
    [InlineData("install", "pip-hangs")]
    [InlineData("import", "import-hangs")]
    [InlineData("ready", "unready")]
    public async Task Is_unknown_with_its_phase_and_the_next_attempt_makes_it_good(string phase, string fate)
    {
        var target = _host.Commit(fate);
        if (phase == "checkout")
            HangAfterCheckout();
        var killed = await KillInAsync(phase, target);

        Assert.Equal(("unknown", phase), (killed.Text("outcome"), killed.Text("phase")));
        Assert.Equal("unknown", Deploy(target, attempt: 1).Text("outcome"));

        LeaveWhatInterruptionsLeave();
        _host.Say($"fates/{target}", "");
        var repaired = Deploy(target, attempt: 2);

        Assert.Equal(("deployed", _host.First), (repaired.Text("outcome"), repaired.Text("from")));
        Assert.Equal((target, target, "main"), (repaired.Text("running"), _host.Head, _host.Branch));
        Assert.Empty(Directory.GetFileSystemEntries(_host.At("app", "venv", "lib", "python3.11", "site-packages"), "~*"));
        Assert.Empty(Directory.GetFiles(_host.At("units.d", "aragora.service.d"), ".build.*"));
        Assert.False(File.Exists(_host.At("app", ".git", "index.lock")));
        Assert.Equal("", _host.Git(_host.At("app"), "status", "--porcelain"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public async Task After_a_reboot_onto_the_new_release_the_next_attempt_still_knows_where_the_host_came_from()
    {
        var target = _host.Commit("unready");
        await KillInAsync("ready", target);

        // The service loaded what lies on disk; /tmp is empty.
        File.Delete(_host.StateFile);
        var again = Deploy(target, attempt: 2);

        Assert.Equal(("reverted", _host.First), (again.Text("outcome"), again.Text("from")));
        Assert.Equal((_host.First, _host.First), (again.Text("running"), _host.Head));
    }

    // It runs what it should and says that it is ready; but nobody has watched it, and no line says that it came.
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public async Task A_host_that_the_killed_step_left_at_the_target_is_verified_and_written_down()
    {
        var target = _host.Commit("unready");
        await KillInAsync("ready", target);
        _host.Say($"fates/{target}", "");
        _host.Say("fate", "");
        Assert.Equal((target, target), (_host.Head, File.ReadAllText(_host.At("running")).Trim()));
        Assert.Empty(_host.Ledger);

        var again = Deploy(target, attempt: 2);

        Assert.Equal(("deployed", _host.First, target), (again.Text("outcome"), again.Text("from"), again.Text("running")));
        Assert.Contains($"Deploy\tdeploy-7\t{_host.First}\t{target}\tdeployed\t", Assert.Single(_host.Ledger), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_this_run_brought_itself_is_not_told_as_brought_by_others()
    {
        var target = _host.Commit();
        Deploy(target, attempt: 1);

        var again = Deploy(target, attempt: 2);

        Assert.Equal(("deployed", null), (again.Text("outcome"), again.Text("foreign")));
        Assert.All(_host.Ledger, line => Assert.Contains($"\tDeploy\tdeploy-7\t{_host.First}\t{target}\tdeployed\t", line));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void The_lock_of_a_git_that_runs_is_left_alone()
    {
        var target = _host.Commit();
        Say("app/.git/index.lock", "");
        File.Copy("/bin/sleep", _host.At("bin", "git-busy"));
        using var busy = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(_host.At("bin", "git-busy"), ["60"]) { WorkingDirectory = _host.At("app") })!;
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{busy.Id}/comm").StartsWith("git-busy"), s_patience));

        var block = Deploy(target, attempt: 1);
        busy.Kill();
        busy.WaitForExit();

        Assert.NotEqual("deployed", block.Text("outcome"));
        Assert.Contains("index.lock", block.Text("reason"), StringComparison.Ordinal);
        Assert.True(File.Exists(_host.At("app", ".git", "index.lock")));
        Assert.Equal("deployed", Deploy(target, attempt: 2).Text("outcome"));
    }

    private ResultBlock Deploy(string target, int attempt) => _host.Deploy(
        target,
        step: attempt == 1 ? "deploy-7-deploy" : $"deploy-7-deploy-{attempt}",
        expect: $"{FakeHost.InstanceId} {_host.First}").Block;

    private async Task<ResultBlock> KillInAsync(string phase, string target)
    {
        var expect = $"{FakeHost.InstanceId} {_host.First}";
        var sent = Task.Run(() => _host.Deploy(target, step: "deploy-7-deploy", expect: expect, ready: 60));
        var facts = _host.At("state", "steps", "deploy-7-deploy", "facts");
        Assert.True(SpinWait.SpinUntil(() => IsReached(phase, facts), s_patience));
        var session = File.ReadAllText(_host.At("units", "aragora-fleet-step-deploy-7-deploy")).Trim();
        HostShell.Run("bash", ["-c", KillSession, "kill", session]);
        return (await sent).Block;
    }

    /// <summary>
    /// As systemd ends a unit: whoever is of its session, whatever group they made, and all at once. One that saw another die first
    /// would go on.
    /// </summary>
    private const string KillSession = """
        for signal in STOP KILL; do
          for stat in /proc/[0-9]*/stat; do
            read -r pid _ _ _ _ session _ < <(sed 's/(.*)/x/' "$stat" 2>/dev/null) && [[ $session == "$1" ]] && kill "-$signal" "$pid"
          done
        done
        exit 0
        """;

    private bool IsReached(string phase, string facts) =>
        File.Exists(facts) && File.ReadAllText(facts).Contains($"phase {phase}\n", StringComparison.Ordinal)
        && (phase == "ready" || File.Exists(_host.At("hangs")));

    private void HangAfterCheckout()
    {
        var hook = _host.At("app", ".git", "hooks", "post-checkout");
        File.WriteAllText(hook, $"#!/bin/sh\nrm \"$0\"\ntouch {_host.At("hangs")}\nexec sleep 600\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private void LeaveWhatInterruptionsLeave()
    {
        Directory.CreateDirectory(_host.At("app", "venv", "lib", "python3.11", "site-packages", "~ragora"));
        Say("app/.git/index.lock", "");
        Say("app/.git/HEAD.lock", "");
        Say("app/half-moved", "a file of another release");
        Say("units.d/aragora.service.d/.build.123", "Environment=SECRET_TOKEN=hunter2");
        File.Delete(_host.StateFile);
    }

    private void Say(string name, string text) => File.WriteAllText(_host.At(name), text);

    public void Dispose() => _host.Dispose();
}
