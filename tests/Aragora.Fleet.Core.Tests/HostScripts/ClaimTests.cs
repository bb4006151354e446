using System.Diagnostics;
using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>A host that is taken for a run: fenced, held against the plan, and told what a resumption must know.</summary>
public sealed class ClaimTests : IDisposable
{
    private readonly FakeHost _host = new();

    private string RecordFile => _host.At("state", "deploys", "deploy-7");

    private Dictionary<string, string> Record => File.ReadAllLines(RecordFile)
        .Select(line => line.Split(' ', 2))
        .ToDictionary(words => words[0], words => words[1]);

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void Records_the_run_and_leaves_service_and_checkout_as_they_are()
    {
        var before = _host.Git(_host.At("app"), "status", "--porcelain=v2", "--branch");

        var answer = _host.Claim(("P_TOKEN", "7"));
        var block = answer.Block;

        Assert.Equal((0, string.Empty, "claimed"), (answer.ExitCode, answer.Error, block.Text("outcome")));
        Assert.Equal((_host.First, _host.First), (block.Text("disk"), block.Text("running")));
        Assert.Equal(("0", "7", "main"), (block.Text("dirty"), block.Text("fence"), _host.Branch));
        Assert.InRange(block.Number("free_mb") ?? -1, 1, long.MaxValue);
        Assert.Equal((_host.First, new string('b', 40), "2"), (Record["from"], Record["target"], Record["wave"]));
        Assert.Equal(("Deploy", "v2.9.0", "1", "7"), (Record["kind"], Record["wanted"], Record["attempt"], Record["token"]));
        Assert.Equal((@"an\tadmin", @"a\nreason"), (Record["who"], Record["reason"]));
        Assert.Equal(before, _host.Git(_host.At("app"), "status", "--porcelain=v2", "--branch"));
        Assert.DoesNotContain(_host.Calls, call => call.Contains("restart", StringComparison.Ordinal));
        Assert.Empty(_host.Ledger);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_later_attempt_renews_the_record_and_keeps_where_the_host_came_from()
    {
        _host.Claim();
        var claimed = Record["claimed"];
        var second = _host.Commit();
        _host.MoveBehindTheScripts(second);

        var block = _host.Claim(
            ("P_EXPECT", $"{FakeHost.InstanceId} {second}"), ("P_RECORD", "kind Deploy\nattempt 2")).Block;

        Assert.Equal(("claimed", _host.First), (block.Text("outcome"), block.Text("from")));
        Assert.Equal(("2", _host.First, claimed), (Record["attempt"], Record["from"], Record["claimed"]));
        Assert.False(Record.ContainsKey("wanted"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_later_attempt_that_gives_a_host_no_wave_leaves_it_the_one_that_it_had()
    {
        _host.Claim();
        _host.Claim(("P_WAVES", "i-other 1"), ("P_RECORD", "attempt 2"));
        Assert.Equal(("2", "2"), (Record["wave"], Record["attempt"]));

        _host.Claim(("P_WAVES", $"{FakeHost.InstanceId} 5"));
        Assert.Equal("5", Record["wave"]);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_host_that_has_nothing_to_do_needs_no_room_and_is_counted_with_the_others()
    {
        (string, string)[] idle = [("P_TARGETS", $"{FakeHost.InstanceId} {_host.First}"), ("P_NEED_MB", "999999999")];

        Assert.Equal("refused", _host.Claim(idle).Block.Text("outcome"));
        Assert.Equal("claimed", _host.Claim([.. idle, ("P_WAVES", "i-other 1")]).Block.Text("outcome"));
        Assert.Equal(_host.First, Record["target"]);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_later_attempt_takes_a_host_that_the_run_itself_has_moved_and_no_other()
    {
        var target = _host.Commit();
        (string, string)[] resumed = [("P_TARGETS", $"{FakeHost.InstanceId} {target}")];
        _host.MoveBehindTheScripts(target);
        Assert.Equal("moved", _host.Claim(resumed).Block.Text("outcome"));
        _host.MoveBehindTheScripts(_host.First);
        _host.Deploy(target, step: "deploy-7-deploy");

        Assert.Equal(("claimed", _host.First), (_host.Claim(resumed).Block.Text("outcome"), Record["from"]));
        Assert.Equal("moved", _host.Claim([.. resumed, ("P_DEPLOY", "deploy-8")]).Block.Text("outcome"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_host_that_moved_since_the_plan_says_what_it_runs()
    {
        var second = _host.Commit();
        _host.MoveBehindTheScripts(second);

        var answer = _host.Claim();

        Assert.Equal((1, "moved", "moved"), (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Equal(
            $"the plan saw {_host.First}, but the host now runs {second} with {second} on disk", answer.Block.Text("reason"));
        Assert.False(File.Exists(RecordFile));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_smaller_token_than_was_seen_is_fenced_off_and_told_by_whom()
    {
        _host.Claim(("P_TOKEN", "9"), ("P_WHO", "the new owner"));

        var answer = _host.Claim(("P_TOKEN", "8"), ("P_DEPLOY", "deploy-6"));

        Assert.Equal((1, "fenced", "fence"), (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Equal(
            "the fleet lock was lost: token 8 is older than 9, which the new owner, deploy deploy-7 brought here",
            answer.Block.Text("reason"));
        Assert.Equal("9", answer.Block.Text("fence"));
        Assert.False(File.Exists(_host.At("state", "deploys", "deploy-6")));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData(8, "fenced")]
    [InlineData(9, "deployed")]
    [InlineData(10, "deployed")]
    [InlineData(0, "deployed")]
    public void A_step_of_an_older_token_changes_nothing(int token, string outcome)
    {
        _host.Claim(("P_TOKEN", "9"));
        var target = _host.Commit();

        var block = _host.Deploy(target, token: token).Block;

        Assert.Equal(outcome, block.Text("outcome"));
        Assert.Equal(outcome == "deployed" ? target : _host.First, _host.Head);
        Assert.Equal(token == 10 ? "10" : "9", File.ReadAllText(_host.At("state", "fence")).Split(' ')[0]);
        Assert.Equal(outcome == "deployed", _host.Calls.Contains("systemctl restart aragora"));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock")]
    [InlineData("")]
    [InlineData("9x someone")]
    public void A_damaged_fence_lets_no_one_through_and_tells_of_no_other_holder(string fence)
    {
        Directory.CreateDirectory(_host.At("state"));
        _host.Say("state/fence", fence);

        var block = _host.Claim(("P_TOKEN", "9")).Block;

        Assert.Equal(("refused", "fence"), (block.Text("outcome"), block.Text("phase")));
        Assert.Contains($"{_host.At("state", "fence")} is damaged", block.Text("reason"), StringComparison.Ordinal);
        Assert.Contains("remove it while no run is under way", block.Text("reason"), StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock")]
    [InlineData("9")]
    [InlineData("0")]
    public void A_fence_that_cannot_be_read_lets_no_one_through(string token)
    {
        Directory.CreateDirectory(_host.At("state", "fence"));

        var block = _host.Claim(("P_TOKEN", token)).Block;

        Assert.Equal(("refused", "fence"), (block.Text("outcome"), block.Text("phase")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_step_at_a_damaged_fence_changes_nothing_and_tells_of_no_other_holder()
    {
        Directory.CreateDirectory(_host.At("state"));
        _host.Say("state/fence", "9x someone");

        var block = _host.Deploy(_host.Commit(), token: 9).Block;

        Assert.Equal(("refused", "fence", _host.First), (block.Text("outcome"), block.Text("phase"), _host.Head));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_host_under_change_is_locked_and_does_not_wait()
    {
        Directory.CreateDirectory(_host.At("state"));
        _host.Say("state/lock.owner", "someone else, step other");
        using var holder = Process.Start(
            new ProcessStartInfo("flock", [_host.At("state", "lock"), "sh", "-c", "echo held; cat"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        Assert.Equal("held", holder.StandardOutput.ReadLine());

        var answer = _host.Claim(("P_TOKEN", "9"));
        holder.StandardInput.Close();
        holder.WaitForExit();

        Assert.Equal((1, "locked", "lock"), (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Contains("someone else, step other", answer.Block.Text("reason"), StringComparison.Ordinal);
        Assert.False(File.Exists(_host.At("state", "fence")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_disk_without_room_for_a_release_and_the_way_back_is_refused()
    {
        var answer = _host.Claim(("P_NEED_MB", "999999999"));

        Assert.Equal((1, "refused", "disk"), (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Matches("^[0-9]+ MB are free, but .* need 999999999$", answer.Block.Text("reason"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void An_origin_that_does_not_answer_is_refused()
    {
        Directory.Move(_host.At("origin.git"), _host.At("gone.git"));

        var answer = _host.Claim();

        Assert.Equal((1, "refused", "origin"), (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.StartsWith("the origin does not answer: ", answer.Block.Text("reason"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_release_to_come_back_to_is_brought_before_it_is_needed_or_the_run_is_refused()
    {
        var second = _host.Commit();
        _host.Say("build", second);
        _host.Say("running", second);
        (string, string)[] expect = [("P_EXPECT", $"{FakeHost.InstanceId} {second}")];
        Directory.Delete(_host.At("app", ".git", "logs"), recursive: true);

        Assert.Equal(("claimed", _host.First), (_host.Claim(expect).Block.Text("outcome"), _host.Head));
        _host.Git(_host.At("app"), "cat-file", "-e", second);

        _host.Say("build", new string('c', 40));
        var block = _host.Claim(("P_EXPECT", $"{FakeHost.InstanceId} {new string('c', 40)}"), ("P_DEPLOY", "deploy-8")).Block;
        Assert.Equal(("refused", "rollback"), (block.Text("outcome"), block.Text("phase")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_service_that_is_no_checkout_is_refused()
    {
        Directory.Delete(_host.At("app", ".git"), recursive: true);

        var block = _host.Claim().Block;

        Assert.Equal(("refused", "layout", "package"), (block.Text("outcome"), block.Text("phase"), block.Text("mode")));
    }

    [HostTheory("bash", "cksum")]
    [InlineData("P_DEPLOY", "../x")]
    [InlineData("P_NEED_MB", "-1")]
    [InlineData("P_BRANCH", "-x")]
    public void A_parameter_that_is_none_is_refused_before_anything_is_kept(string name, string value)
    {
        var answer = _host.Claim((name, value));

        Assert.Equal((1, "refused"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.False(Directory.Exists(_host.At("state")));
    }

    public void Dispose() => _host.Dispose();
}
