using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>What the existing pipeline gets wrong on a host, one test each. More of it is in the tests of what is right.</summary>
public sealed class IncumbentDefectTests : IDisposable
{
    private readonly FakeHost _host = new();

    /// <summary>The pipeline asks a load balancer, where any healthy host answers.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_host_is_judged_by_its_own_answers()
    {
        var target = _host.Commit("unready");
        _host.Deploy(target);

        Assert.Equal("reverted", _host.Deploy(target, "step-2").Block.Text("outcome"));
    }

    /// <summary>The pipeline sends its rollback to all hosts, which then take what an older run left in the state file.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_stale_state_file_does_not_throw_a_host_further_back_than_it_was_told()
    {
        var second = _host.Commit();
        _host.Deploy(second);
        _host.Deploy(_host.Commit(), "step-2");
        File.WriteAllText(_host.StateFile, $"PREVIOUS_COMMIT={_host.First}\n");

        var block = _host.Rollback($"{FakeHost.InstanceId} {second}").Block;

        Assert.Equal(("restored", second), (block.Text("outcome"), block.Text("running")));
    }

    /// <summary>The pipeline does not look what became of its rollback.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_rollback_that_does_not_serve_is_a_failure()
    {
        _host.Deploy(_host.Commit());
        _host.Say($"fates/{_host.First}", "demo");

        var answer = _host.Rollback();

        Assert.Equal((1, "failed", "verify"), (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("phase")));
    }

    /// <summary>`git checkout SHA` leaves a detached HEAD, and /tmp is empty after a reboot.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_detached_HEAD_and_an_empty_tmp_do_not_keep_a_host_from_going_back_to_its_branch()
    {
        var second = _host.Commit();
        _host.Deploy(second);
        _host.Git(_host.At("app"), "checkout", "-q", "--detach");
        File.Delete(_host.StateFile);

        Assert.Equal((_host.First, "main"), (_host.Rollback().Block.Text("running"), _host.Branch));
    }

    /// <summary>What lies on disk is not what runs.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_release_that_only_lies_on_disk_is_not_current()
    {
        var target = _host.Commit();
        _host.Git(_host.At("app"), "fetch", "-q", "origin");
        _host.Git(_host.At("app"), "checkout", "-q", "-B", "main", target);

        Assert.Equal(("deployed", _host.First), (_host.Deploy(target).Block.Text("outcome"), _host.Ledger[0].Split('\t')[3]));
        Assert.Contains("systemctl restart aragora", _host.Calls);
    }

    /// <summary>Short ids differ in length from clone to clone.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_short_commit_id_is_refused()
    {
        var block = _host.Deploy(_host.Commit()[..12]).Block;

        Assert.Equal(("refused", _host.First), (block.Text("outcome"), _host.Head));
    }

    /// <summary>`is-active && echo OK || echo FAIL` ends with 0 either way.</summary>
    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("crashes")]
    [InlineData("unready")]
    public void A_service_that_is_down_is_a_failed_script(string fate) =>
        Assert.Equal(1, _host.Deploy(_host.Commit(fate), revert: false).ExitCode);

    /// <summary>A second deploy overwrites the one release that is known to be good with the bad one.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_retried_bad_release_does_not_become_the_one_to_go_back_to()
    {
        var bad = _host.Commit("unready");
        _host.Deploy(bad);
        _host.Deploy(bad, "step-2");

        Assert.Equal($"PREVIOUS_COMMIT={_host.First}\n", File.ReadAllText(_host.StateFile));
        Assert.Equal(_host.First, _host.Probe().Block.Commit("running"));
    }

    /// <summary>A deploy that fails early leaves the state file of the one before, and its rollback goes a release too far.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_deploy_that_failed_before_it_moved_anything_is_not_rolled_back_to_an_older_release()
    {
        var second = _host.Commit();
        _host.Deploy(second);
        _host.Deploy(new string('a', 40), "step-2");

        var block = _host.Rollback($"{FakeHost.InstanceId} {second}").Block;

        Assert.Equal(("current", second), (block.Text("outcome"), _host.Head));
    }

    /// <summary>A tree that somebody changed, by chmod as well, makes a bare checkout refuse.</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_dirty_tree_does_not_stop_a_rollback_and_is_kept()
    {
        _host.Deploy(_host.Commit());
        File.AppendAllText(_host.At("app", "file"), "a hotfix\n");

        var block = _host.Rollback().Block;

        Assert.Equal(("restored", "aragora-fleet deploy-7"), (block.Text("outcome"), block.Text("stash")));
        Assert.Contains("a hotfix", _host.Git(_host.At("app"), "stash", "show", "-p"), StringComparison.Ordinal);
    }

    /// <summary>Systems Manager runs scripts without HOME, and git as root in a checkout of another user is "dubious".</summary>
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void No_deploy_writes_to_the_configuration_of_git()
    {
        _host.Deploy(_host.Commit());

        Assert.DoesNotContain(_host.Calls, call => call.Contains(" config ", StringComparison.Ordinal));
        Assert.DoesNotContain("safe", File.ReadAllText(_host.At("app", ".git", "config")), StringComparison.Ordinal);
    }

    public void Dispose() => _host.Dispose();
}
