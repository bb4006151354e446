using System.Text.RegularExpressions;
using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed partial class DeployTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Moves_the_host_and_proves_it()
    {
        var target = _host.Commit();

        var answer = _host.Deploy(target);
        var block = answer.Block;

        Assert.Equal((0, string.Empty), (answer.ExitCode, answer.Error));
        Assert.Equal(("deployed", _host.First, target), (block.Text("outcome"), block.Text("from"), block.Text("to")));
        Assert.Equal((target, target), (block.Text("disk"), block.Text("running")));
        Assert.Equal(("101", "active", "main"), (block.Text("pid"), block.Text("active"), _host.Branch));
        Assert.Equal(("3", "1 SUMMARY: 3 OK, 1 warnings, 2 failures"), (block.Text("seed"), block.Text("validate")));
        Assert.InRange(block.Number("ready_ms") ?? -1, 0, 900);
        Assert.Equal($"PREVIOUS_COMMIT={_host.First}\n", File.ReadAllText(_host.StateFile));
        Assert.Matches(LedgerLine(), Assert.Single(_host.Ledger));
        Assert.EndsWith(
            $"Deploy\tdeploy-7\t{_host.First}\t{target}\tdeployed\tan\\tadmin\ta\\nreason\t-",
            _host.Ledger[0],
            StringComparison.Ordinal);
        Assert.InRange(answer.Output.IndexOf("@@aragora-end@@", StringComparison.Ordinal), 1, 2_284);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Names_the_release_in_the_drop_in_and_keeps_everything_else_of_it()
    {
        var target = _host.Commit();
        var dropIn = _host.At("units.d", "aragora.service.d", "secrets.conf");
        var before = File.ReadAllText(dropIn);

        _host.Deploy(target);

        var after = File.ReadAllLines(dropIn);
        Assert.Contains("Environment=SECRET_TOKEN=hunter2", after);
        Assert.Contains($"Environment=ARAGORA_BUILD_SHA={target}", after);
        Assert.DoesNotContain("Environment=ARAGORA_BUILD_TIME=2026-01-01T00:00:00Z", after);
        Assert.Equal(before, File.ReadAllText(dropIn + ".previous"));
        Assert.Equal(2, Directory.GetFileSystemEntries(Path.GetDirectoryName(dropIn)!).Length);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Leaves_a_host_that_is_there_already_untouched()
    {
        var answer = _host.Deploy(_host.First);

        Assert.Equal((0, "current"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.Empty(_host.Ledger);
        Assert.DoesNotContain(_host.Calls, call => ChangingCall().IsMatch(call));
        Assert.False(File.Exists(_host.StateFile));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("pip-fails", "install", "no matching distribution")]
    [InlineData("import-fails", "import", "cannot import UnifiedServer")]
    [InlineData("crashes", "ready", "ModuleNotFoundError: No module named boom")]
    [InlineData("unready", "ready", "not ready within 1 s")]
    [InlineData("flaps", "ready", "not ready within 1 s")]
    [InlineData("stuck", "ready", "unit activating/start-pre, /readyz 000")]
    [InlineData("dies-later", "settle", "crashed while settling")]
    [InlineData("demo", "verify", "demo mode")]
    [InlineData("silent", "verify", "not verified")]
    [InlineData("old-build", "verify", "not verified")]
    public void Goes_back_by_itself_where_a_part_fails(string fate, string phase, string reason)
    {
        var target = _host.Commit(fate);

        var answer = _host.Deploy(target, settle: phase == "settle" ? 1 : 0);
        var block = answer.Block;

        Assert.Equal((1, "reverted", phase), (answer.ExitCode, block.Text("outcome"), block.Text("phase")));
        Assert.Contains(reason, block.Text("reason"), StringComparison.Ordinal);
        Assert.Equal((_host.First, _host.First, _host.First), (block.Text("disk"), block.Text("running"), _host.Head));
        Assert.Equal("main", _host.Branch);
        Assert.Contains($"\t{_host.First}\t{target}\treverted\t", Assert.Single(_host.Ledger));
        Assert.DoesNotContain("hunter2", answer.Output + answer.Error, StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Watches_the_service_for_the_whole_settle_time()
    {
        var target = _host.Commit();
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal("deployed", _host.Deploy(target, settle: 2).Block.Text("outcome"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 2, 30);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_crash_ends_the_wait_at_once()
    {
        var target = _host.Commit("crashes");
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal("reverted", _host.Deploy(target, ready: 60).Block.Text("outcome"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 30);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("crashes", "the service crashed at start")]
    [InlineData("stuck", "not ready within 1 s: unit activating/start-pre")]
    public void Says_when_the_way_back_fails_too(string fate, string reason)
    {
        var target = _host.Commit("unready");
        _host.Say($"fates/{_host.First}", fate);

        var block = _host.Deploy(target).Block;

        Assert.Equal(("revert-failed", "revert"), (block.Text("outcome"), block.Text("phase")));
        Assert.Contains($"going back failed at ready: {reason}", block.Text("reason"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Stays_where_it_is_when_it_may_not_go_back()
    {
        var target = _host.Commit("unready");

        var block = _host.Deploy(target, revert: false).Block;

        Assert.Equal(("failed", "ready", target), (block.Text("outcome"), block.Text("phase"), block.Text("disk")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Stashes_changes_under_the_name_of_the_deploy()
    {
        var target = _host.Commit();
        File.AppendAllText(_host.At("app", "file"), "a change of their own\n");
        File.WriteAllText(_host.At("app", "new"), "untracked\n");

        var block = _host.Deploy(target).Block;

        Assert.Equal(("deployed", "aragora-fleet deploy-7"), (block.Text("outcome"), block.Text("stash")));
        Assert.Contains("aragora-fleet deploy-7", _host.Git(_host.At("app"), "stash", "list"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_commit_that_the_origin_lacks_changes_nothing()
    {
        File.AppendAllText(_host.At("app", "file"), "a change of their own\n");

        var block = _host.Deploy(new string('a', 40)).Block;

        Assert.Equal(("failed", "fetch"), (block.Text("outcome"), block.Text("phase")));
        Assert.EndsWith("a change of their own\n", File.ReadAllText(_host.At("app", "file")), StringComparison.Ordinal);
        Assert.DoesNotContain("systemctl restart aragora", _host.Calls);
        Assert.Empty(_host.Ledger);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Fetches_everything_where_the_origin_refuses_a_bare_commit_id()
    {
        var target = _host.Commit();
        _host.Commit();
        Directory.Delete(_host.At("app", ".git"), recursive: true);
        _host.Git(_host.Folder, "clone", "-q", "--depth=1", $"file://{_host.At("origin.git")}", _host.At("shallow"));
        Directory.Move(_host.At("shallow", ".git"), _host.At("app", ".git"));
        _host.Git(_host.At("app"), "reset", "-q", "--hard");
        _host.Git(_host.At("app"), "config", "protocol.version", "0");

        Assert.Equal(("deployed", target), (_host.Deploy(target).Block.Text("outcome"), _host.Head));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Removes_what_an_interrupted_pip_left_and_repairs_ownership()
    {
        var target = _host.Commit();
        var left = _host.At("app", "venv", "lib", "python3.11", "site-packages", "~ragora");
        Directory.CreateDirectory(left);
        _host.Say("user", "65534");

        var block = _host.Deploy(target).Block;

        Assert.Equal(("deployed", true), (block.Text("outcome"), block.Flag("repaired")));
        Assert.False(Directory.Exists(left));
        Assert.Contains(_host.Calls, call => call.StartsWith("chown -h 65534: ", StringComparison.Ordinal));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Replaces_a_linked_state_file_and_leaves_what_it_points_to()
    {
        var target = _host.Commit();
        var victim = _host.At("victim");
        File.WriteAllText(victim, "precious");
        File.CreateSymbolicLink(_host.StateFile, victim);

        Assert.Equal("deployed", _host.Deploy(target).Block.Text("outcome"));

        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Null(new FileInfo(_host.StateFile).LinkTarget);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Runs_git_and_pip_as_the_user_of_the_service()
    {
        _host.Deploy(_host.Commit());

        var calls = _host.Calls;
        var user = $"runuser -u {Environment.UserName} -- ";
        Assert.All(
            calls.Where(call => call.StartsWith("python ", StringComparison.Ordinal)),
            call => Assert.Contains(
                calls,
                other => other.StartsWith(user, StringComparison.Ordinal) &&
                    other.EndsWith(call["python ".Length..], StringComparison.Ordinal)));
        Assert.Contains(calls, call => call.StartsWith(user, StringComparison.Ordinal) &&
            call.Contains(" checkout -q -f -B main ", StringComparison.Ordinal));
    }

    public void Dispose() => _host.Dispose();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\t")]
    private static partial Regex LedgerLine();

    [GeneratedRegex("^chown |^systemctl (restart|daemon-reload)|pip install| (stash|fetch|checkout) ")]
    private static partial Regex ChangingCall();
}
