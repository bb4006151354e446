using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class RollbackTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Goes_back_to_what_the_ledger_says_ran_before()
    {
        var second = _host.Commit();
        _host.Deploy(second);
        File.Delete(_host.StateFile);

        var answer = _host.Rollback();
        var block = answer.Block;

        Assert.Equal((0, "restored"), (answer.ExitCode, block.Text("outcome")));
        Assert.Equal((second, _host.First, _host.First), (block.Text("from"), block.Text("to"), block.Text("running")));
        Assert.Equal("main", _host.Branch);
        Assert.Contains($"Restore\tdeploy-7\t{second}\t{_host.First}\trestored", _host.Ledger[^1]);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("", "-")]
    [InlineData(" run", "run")]
    [InlineData(" own", "own")]
    public void The_ledger_says_why_a_run_took_its_own_change_back(string given, string cause)
    {
        _host.Deploy(_host.Commit());

        Assert.Equal("restored", _host.Rollback($"{FakeHost.InstanceId} {_host.First}{given}").Block.Text("outcome"));
        Assert.EndsWith($"\t{cause}", _host.Ledger[^1], StringComparison.Ordinal);
        Assert.Equal(9, _host.Ledger[^1].Split('\t').Length);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_second_rollback_does_not_bring_the_bad_release_back()
    {
        var second = _host.Commit();
        var bad = _host.Commit();
        _host.Deploy(second);
        _host.Deploy(bad, "step-2");

        Assert.Equal(second, _host.Rollback().Block.Text("to"));
        Assert.Equal(_host.First, _host.Rollback(step: "back-2").Block.Text("to"));
    }

    // As a way back that is killed after the restart leaves the host: well, and without the line that says so.
    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("deployed")]
    [InlineData("failed")]
    public void Where_the_host_is_there_already_its_ledger_says_so_afterwards(string verdict)
    {
        var second = _host.Commit();
        _host.Deploy(second);
        _host.Rollback();
        _host.Say("state/ledger", _host.Ledger[0].Replace("\tdeployed\t", $"\t{verdict}\t", StringComparison.Ordinal));

        var block = _host.Rollback($"{FakeHost.InstanceId} {_host.First}", step: "back-2").Block;

        var from = verdict == "deployed" ? second : _host.First;
        Assert.Equal(("current", 2), (block.Text("outcome"), _host.Ledger.Count));
        Assert.Contains($"\tForeign\tdeploy-7\t{from}\t{_host.First}\tobserved\t", _host.Ledger[1], StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("PREVIOUS_COMMIT=")]
    [InlineData("Rollback point: ")]
    public void Goes_back_to_what_the_state_file_of_the_CI_says(string form)
    {
        _host.MoveBehindTheScripts(_host.Commit());
        File.WriteAllText(_host.StateFile, form + _host.First + "\n");

        Assert.Equal(("restored", _host.First), (_host.Rollback().Block.Text("outcome"), _host.Head));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_target_of_its_own_comes_before_everything_else()
    {
        var second = _host.Commit();
        var third = _host.Commit();
        _host.Deploy(second);
        _host.Deploy(third, "step-2");

        var block = _host.Rollback($"i-other {second}\n{FakeHost.InstanceId} {_host.First}").Block;

        Assert.Equal(("restored", _host.First), (block.Text("outcome"), block.Text("running")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Is_refused_where_nothing_ran_before()
    {
        var answer = _host.Rollback();

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(("refused", "point"), (answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.DoesNotContain("systemctl restart aragora", _host.Calls);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Says_where_it_failed_and_writes_it_down()
    {
        var second = _host.Commit();
        _host.Deploy(second);
        _host.Say($"fates/{_host.First}", "crashes");

        var answer = _host.Rollback();

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(("failed", "ready"), (answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Contains($"\t{second}\t{_host.First}\tfailed\t", _host.Ledger[^1], StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Is_current_where_the_host_is_there_already() =>
        Assert.Equal("current", _host.Rollback($"{FakeHost.InstanceId} {_host.First}").Block.Text("outcome"));

    public void Dispose() => _host.Dispose();
}
