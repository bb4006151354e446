using System.Globalization;
using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>What a host tells of its past: the releases that ran well here, and the runs that had it.</summary>
public sealed class HistoryTests : IDisposable
{
    private static readonly string s_nowhere = new('c', 40);

    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_host_without_a_past_has_nothing_to_go_back_to()
    {
        var block = Ask();

        Assert.Equal((_host.First, _host.First), (block.Text("running"), block.Text("disk")));
        Assert.Equal((null, null), (block.Text("previous"), block.Text("lastgood")));
        Assert.Empty(Points(block));
        Assert.False(Directory.Exists(_host.At("state")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Releases_that_ran_well_are_offered_newest_first_and_never_the_running_one()
    {
        var (a, b, c) = (_host.Commit(), _host.Commit(), _host.Commit());
        _host.Deploy(a, "step-1");
        _host.Deploy(b, "step-2");
        _host.Deploy(c, "step-3");

        var block = Ask();

        Assert.Equal([b, a, _host.First], Points(block));
        Assert.Equal((b, c), (block.Text("previous"), block.Text("lastgood")));
        Assert.Matches("^[0-9a-f]{40} 20[0-9-]+T[0-9:]+Z 1 deploy-7 deploy$", block.Text("point.0"));
        Assert.EndsWith(" - 1 - before", block.Text("point.2"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_release_that_failed_here_is_never_offered()
    {
        var (good, bad) = (_host.Commit(), _host.Commit("crashes"));
        _host.Deploy(good, "step-1");
        Assert.Equal("reverted", _host.Deploy(bad, "step-2").Block.Text("outcome"));

        var block = Ask();

        Assert.Equal([_host.First], Points(block));
        Assert.Equal((_host.First, good), (block.Text("previous"), block.Text("lastgood")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Where_a_failed_release_is_left_running_both_ways_lead_to_the_one_before()
    {
        var (good, bad) = (_host.Commit(), _host.Commit("crashes"));
        _host.Deploy(good, "step-1");
        Assert.Equal("failed", _host.Deploy(bad, "step-2", revert: false).Block.Text("outcome"));

        var block = Ask();

        Assert.Equal((good, good), (block.Text("previous"), block.Text("lastgood")));
        Assert.Equal([good, _host.First], Points(block));
    }

    // capistrano#1800: one that failed, then something after it; the way back must not lead to the one that failed.
    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void The_way_back_leaps_over_a_release_that_failed()
    {
        var (good, bad, last) = (_host.Commit(), _host.Commit("crashes"), _host.Commit());
        _host.Deploy(good, "step-1");
        _host.Deploy(bad, "step-2", revert: false);
        Assert.Equal("deployed", _host.Deploy(last, "step-3").Block.Text("outcome"));

        Assert.Equal((good, last), (Ask().Text("previous"), Ask().Text("lastgood")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_failed_release_that_later_came_to_stay_is_offered_again()
    {
        var (once, last) = (_host.Commit("crashes"), _host.Commit());
        _host.Deploy(once, "step-1");
        _host.Say($"fates/{once}", "");
        _host.Deploy(once, "step-2");
        _host.Deploy(last, "step-3");

        Assert.Equal(once, Ask().Text("previous"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_its_own_run_took_back_is_not_offered()
    {
        var (good, tried) = (_host.Commit(), _host.Commit());
        _host.Deploy(good, "step-1");
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-2", good, tried, "deployed");
        Ledger("2026-03-07T04:01:00Z", "Restore", "run-2", tried, good, "restored");

        var block = Ask();

        Assert.DoesNotContain(tried, Points(block));
        Assert.Equal((_host.First, good), (block.Text("previous"), block.Text("lastgood")));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("run", true)]
    [InlineData("own", false)]
    [InlineData("", false)]
    public void What_was_good_before_stays_so_where_its_run_took_it_back_for_another(string cause, bool stays)
    {
        var (good, last) = (_host.Commit(), _host.Commit());
        Ledger("2026-03-07T03:00:00Z", "Deploy", "run-1", _host.First, good, "deployed");
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-2", good, last, "deployed");
        Ledger("2026-03-07T05:00:00Z", "Deploy", "run-3", last, good, "deployed");
        Ledger("2026-03-07T05:01:00Z", "Restore", "run-3", good, last, "restored", cause);
        _host.MoveBehindTheScripts(last);
        File.Delete(_host.StateFile);

        var block = Ask(before: "2026-03-07T03:30:00Z");

        Assert.Equal(stays ? [good, _host.First] : [_host.First], Points(block));
        Assert.Equal((stays ? good : _host.First, last), (block.Text("previous"), block.Text("lastgood")));
        Assert.Equal(stays ? $"{good} 2026-03-07T03:00:00Z 1 run-1 deploy" : null, block.Text("at"));
        Assert.Equal(stays ? null : good, block.Text("at.failed"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_never_was_good_is_neither_good_nor_failed_where_its_run_took_it_back_for_another()
    {
        var tried = _host.Commit();
        Ledger("2026-03-07T03:00:00Z", "Deploy", "run-1", _host.First, tried, "deployed");
        Ledger("2026-03-07T03:01:00Z", "Restore", "run-1", tried, _host.First, "restored", "run");

        var block = Ask(before: "2026-03-07T03:00:30Z");

        Assert.Empty(Points(block));
        Assert.Equal((null, null, tried), (block.Text("at"), block.Text("at.failed"), block.Text("at.undone")));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("run")]
    [InlineData("own")]
    public void What_a_killed_step_brought_and_its_run_took_back_is_no_point(string cause)
    {
        var tried = _host.Commit();
        Ledger("2026-03-07T03:01:00Z", "Restore", "run-1", tried, _host.First, "restored", cause);

        Assert.Empty(Points(Ask()));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_failed_here_and_was_come_back_to_all_the_same_is_a_point()
    {
        var (poor, bad) = (_host.Commit(), _host.Commit());
        Ledger("2026-03-07T03:00:00Z", "Deploy", "run-1", _host.First, poor, "revert-failed");
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-2", poor, bad, "reverted");
        _host.MoveBehindTheScripts(bad);

        Assert.Equal([poor, _host.First], Points(Ask()));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData(false)]
    [InlineData(true)]
    public void The_last_good_release_is_one_that_was_only_observed_where_none_was_verified(bool verified)
    {
        var (first, found, last) = (_host.Commit(), _host.Commit(), _host.Commit());
        Ledger("2026-03-07T03:00:00Z", "Deploy", "run-1", _host.First, first, verified ? "deployed" : "failed");
        Ledger("2026-03-07T04:00:00Z", "Foreign", "run-2", first, found, "observed");
        Ledger("2026-03-07T05:00:00Z", "Deploy", "run-2", found, last, "reverted");

        var block = Ask();

        Assert.Equal(verified ? first : found, block.Text("lastgood"));
        Assert.Equal(found, Points(block)[0]);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_release_that_was_verified_once_and_is_observed_again_is_the_last_good_one()
    {
        var (first, second) = (_host.Commit(), _host.Commit());
        Ledger("2026-03-07T03:00:00Z", "Deploy", "run-1", _host.First, first, "deployed");
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-2", first, second, "deployed");
        Ledger("2026-03-07T05:00:00Z", "Foreign", "run-3", second, first, "observed");

        Assert.Equal(first, Ask().Text("lastgood"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_is_named_and_failed_here_is_told_with_the_run_in_which_it_did()
    {
        var (good, bad, mended) = (_host.Commit(), _host.Commit(), _host.Commit());
        Ledger("2026-03-07T03:00:00Z", "Deploy", "run-1", _host.First, bad, "reverted");
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-2", _host.First, mended, "reverted");
        Ledger("2026-03-07T05:00:00Z", "Deploy", "run-3", _host.First, mended, "deployed");
        Ledger("2026-03-07T06:00:00Z", "Deploy", "run-4", mended, good, "deployed");

        var named = _host.History(named: $"{good} {mended} {bad[..7]}").Block;
        var ofRun = _host.History(deploy: "run-1").Block;

        Assert.Equal(($"{bad} run-1", null), (named.Text("failed.0"), named.Text("failed.1")));
        Assert.Null(ofRun.Text("failed.0"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_a_run_would_go_back_to_and_failed_here_is_told()
    {
        var (bad, next) = (_host.Commit(), _host.Commit());
        Ledger("2026-03-07T03:00:00Z", "Deploy", "run-1", _host.First, bad, "failed");
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-2", bad, next, "deployed");

        Assert.Equal($"{bad} run-1", _host.History(deploy: "run-2").Block.Text("failed.0"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_somebody_went_back_from_can_be_named_and_is_never_chosen()
    {
        var (good, unwanted) = (_host.Commit(), _host.Commit());
        _host.Deploy(good, "step-1");
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-2", good, unwanted, "deployed");
        Ledger("2026-03-07T05:00:00Z", "Restore", "run-3", unwanted, good, "restored");

        var block = Ask();

        Assert.Equal([unwanted, _host.First], Points(block));
        Assert.Equal((_host.First, good), (block.Text("previous"), block.Text("lastgood")));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("PREVIOUS_COMMIT=")]
    [InlineData("Rollback point: ")]
    public void Where_the_CI_deployed_last_its_state_file_knows_what_ran_before(string form)
    {
        var (ours, theirs, newest) = (_host.Commit(), _host.Commit(), _host.Commit());
        _host.Deploy(ours);
        _host.MoveBehindTheScripts(newest);
        File.WriteAllText(_host.StateFile, form + theirs + "\n");
        File.SetLastWriteTimeUtc(_host.StateFile, DateTime.UtcNow.AddMinutes(1));

        var block = Ask();

        Assert.Equal((theirs, ours), (block.Text("previous"), block.Text("lastgood")));
        Assert.Equal([theirs, ours, _host.First], Points(block));
        Assert.EndsWith(" - 1 - ci", block.Text("point.0"), StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("PREVIOUS_COMMIT={0}\n", true)]
    [InlineData("Rollback point: {0}\n", true)]
    [InlineData("PREVIOUS_COMMIT={0}; touch pwned\n", false)]
    [InlineData("PREVIOUS_COMMIT=$(touch pwned){0}\n", false)]
    [InlineData("previous {0}\n", false)]
    public void Takes_the_rollback_point_from_either_form_of_the_state_file(string form, bool read)
    {
        var next = _host.Commit();
        _host.MoveBehindTheScripts(next);
        File.WriteAllText(_host.StateFile, string.Format(null, form, _host.First));

        Assert.Equal(read ? _host.First : null, Ask().Commit("previous"));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("chown nobody {0}", "it belongs to nobody")]
    [InlineData("chmod 664 {0}", "others than .* may write to it")]
    [InlineData("chmod 646 {0}", "others than .* may write to it")]
    [InlineData("mv {0} {0}.real; ln -s {0}.real {0}", "it is no file of its own")]
    [InlineData("rm {0}; mkfifo {0}", "it is no file of its own")]
    public void A_state_file_that_CI_cannot_have_written_says_nothing_and_is_told_of(string lines, string doubt)
    {
        _host.MoveBehindTheScripts(_host.Commit());
        File.WriteAllText(_host.StateFile, $"PREVIOUS_COMMIT={_host.First}\n");
        if (lines.StartsWith("chown", StringComparison.Ordinal) && Environment.UserName != "root")
            (lines, doubt) = ("true", $"it belongs to {Tell("user", "nobody")}");
        Assert.Equal(0, HostShell.Run("bash", ["-ec", string.Format(null, lines, _host.StateFile)]).ExitCode);

        var block = Ask();

        Assert.Matches($"^{_host.StateFile} says nothing, for {doubt}$", block.Text("ci.doubt"));
        Assert.Empty(Points(block));
        Assert.Null(block.Text("previous"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void The_state_file_that_a_deploy_leaves_is_believed_and_CI_may_read_it()
    {
        _host.Deploy(_host.Commit());

        Assert.Null(Ask().Text("ci.doubt"));
        Assert.Equal("644", HostShell.Run("stat", ["-c", "%a", _host.StateFile]).Output.Trim());
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_state_file_that_is_older_than_the_ledger_is_not_believed()
    {
        var (ours, pasted) = (_host.Commit(), _host.Commit());
        _host.Deploy(ours);
        _host.MoveBehindTheScripts(pasted);

        Assert.Contains(_host.First, File.ReadAllText(_host.StateFile), StringComparison.Ordinal);
        Assert.Equal(ours, Ask().Text("previous"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_ran_at_a_time_is_told_and_what_failed_since_as_such()
    {
        var (a, b) = (_host.Commit(), _host.Commit());
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-1", _host.First, a, "deployed");
        Ledger("2026-03-07T06:00:00Z", "Deploy", "run-2", a, b, "deployed");
        Ledger("2026-03-07T08:00:00Z", "Deploy", "run-3", b, a, "reverted");

        Assert.Equal(a, Ask(before: "2026-03-07T05:00:00Z").Text("at.failed"));
        Assert.StartsWith($"{b} 2026-03-07T06:00:00Z 0 run-2", Ask(before: "2026-03-07T07:00:00Z").Text("at"), StringComparison.Ordinal);
        Assert.StartsWith(b, Ask(before: "2026-03-07T09:00:00Z").Text("at"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_ran_before_the_ledger_begins_nobody_knows()
    {
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-1", _host.First, _host.Commit(), "deployed");

        var block = Ask(before: "2026-03-07T03:59:59Z");

        Assert.Equal((null, null, "2026-03-07T04:00:00Z"), (block.Text("at"), block.Text("at.failed"), block.Text("ledger.begins")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_release_that_the_clone_has_lost_is_told_as_such()
    {
        Ledger("2026-03-07T04:00:00Z", "Deploy", "run-1", s_nowhere, _host.First, "deployed");

        var block = Ask();

        Assert.Equal(s_nowhere, block.Text("previous"));
        Assert.Equal($"{s_nowhere} - 0 - before", block.Text("point.0"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_damaged_ledger_and_a_foreign_state_file_make_no_point()
    {
        Directory.CreateDirectory(_host.At("state"));
        File.WriteAllText(_host.At("state", "ledger"), "2026-03-07T04:00:00Z\tDeploy\trun-1\t; rm -rf /\tx\n\0\0\nhalf a li");
        File.WriteAllText(_host.StateFile, "PREVIOUS_COMMIT=$(reboot)\n");

        Assert.Empty(Points(Ask()));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Runs_are_told_newest_first_with_how_they_stand_here()
    {
        var (a, bad) = (_host.Commit(), _host.Commit("crashes"));
        Run(a, "20260307T010000-aaaaaa");
        Run(bad, "20260307T020000-bbbbbb");
        Record("20260307T030000-cccccc", $"claimed 2026-03-07T03:00:00Z\nfrom {a}\nkind Deploy\ntarget {bad}\n");

        var block = Ask();

        Assert.Equal($"20260307T030000-cccccc Deploy 2026-03-07T03:00:00Z {a} {bad} claimed - -", block.Text("deploy.0"));
        Assert.Matches($"^20260307T020000-bbbbbb Deploy [^ ]+ {a} {bad} reverted - -$", block.Text("deploy.1"));
        Assert.Matches($"^20260307T010000-aaaaaa Deploy [^ ]+ {_host.First} {a} deployed - -$", block.Text("deploy.2"));
        Assert.Null(Ask(runs: 2).Text("deploy.2"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Of_one_run_its_record_is_told_and_how_its_last_step_ended()
    {
        var bad = _host.Commit("crashes");
        Run(bad, "20260307T020000-bbbbbb");
        Record(
            "20260307T020000-bbbbbb",
            $"from {_host.First}\nkind Deploy\nreason a\\nreason\ntarget {bad}\nwanted main\nwave 2\n");

        var block = Ask("20260307T020000-bbbbbb");

        Assert.EndsWith($"{_host.First} {bad} reverted - 2", block.Text("deploy.0"), StringComparison.Ordinal);
        Assert.Equal(("main", "2", "a\nreason"), (block.Text("record.wanted"), block.Text("record.wave"), block.Text("record.reason")));
        Assert.Equal(
            ("20260307T020000-bbbbbb-deploy", "reverted", "ready"),
            (block.Text("step.id"), block.Text("step.outcome"), block.Text("step.phase")));
        Assert.Contains("the service crashed", block.Text("step.reason"), StringComparison.Ordinal);
        Assert.Null(Ask("20260307T990000-bbbbbb").Text("deploy.0"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_step_under_way_is_waited_for_and_one_that_was_killed_is_not()
    {
        var step = _host.At("state", "steps", "20260307T020000-bbbbbb-deploy");
        Directory.CreateDirectory(step);
        File.WriteAllText(Path.Combine(step, "started"), "");
        File.WriteAllText(Path.Combine(step, "facts"), "phase install\noutcome deployed\n");
        Record("20260307T020000-bbbbbb", $"from {_host.First}\nkind Deploy\ntarget {s_nowhere}\n");

        var killed = Ask("20260307T020000-bbbbbb", wait: 30);
        _host.Say("units/aragora-fleet-step-20260307T020000-bbbbbb-deploy", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        var running = Ask("20260307T020000-bbbbbb");
        var waiting = Task.Run(() => Ask("20260307T020000-bbbbbb", wait: 60));
        File.WriteAllText(Path.Combine(step, "new"), "outcome deployed\n");
        File.Move(Path.Combine(step, "new"), Path.Combine(step, "outcome"));

        Assert.Equal(("unknown", "install"), (killed.Text("step.outcome"), killed.Text("step.phase")));
        Assert.Equal(("running", "install"), (running.Text("step.outcome"), running.Text("step.phase")));
        Assert.Equal("deployed", waiting.Result.Text("step.outcome"));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("current", "restored")]
    [InlineData("restored", "restored")]
    [InlineData("refused", "failed")]
    [InlineData("failed", "failed")]
    public void A_way_back_that_had_nothing_to_do_is_back_and_one_that_was_refused_is_not(string outcome, string word)
    {
        var run = "20260307T020000-bbbbbb";
        Record(run, $"from {_host.First}\nkind Deploy\ntarget {s_nowhere}\n");
        foreach (var (step, text) in new[] { ("deploy", "deployed"), ("back", outcome) })
        {
            var folder = Directory.CreateDirectory(_host.At("state", "steps", $"{run}-{step}")).FullName;
            File.WriteAllText(Path.Combine(folder, "started"), "");
            File.SetLastWriteTimeUtc(Path.Combine(folder, "started"), DateTime.UtcNow.AddMinutes(step == "back" ? 1 : 0));
            File.WriteAllText(Path.Combine(folder, "outcome"), $"outcome {text}\n");
        }

        Assert.EndsWith($" {word} - -", Ask().Text("deploy.0"), StringComparison.Ordinal);
        Assert.EndsWith($" {word} - -", Ask(run).Text("deploy.0"), StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("deploy", "revert-failed", "deploy-2", "refused", "revert-failed")]
    [InlineData("deploy", "revert-failed", "deploy-2", "locked", "revert-failed")]
    [InlineData("deploy", "deployed", "deploy-2", "fenced", "deployed")]
    [InlineData("deploy", "", "deploy-2", "locked", "unknown")]
    [InlineData("back", "restored", "deploy-2", "refused", "restored")]
    [InlineData("deploy", "refused", "deploy-2", "locked", "locked")]
    public void A_step_forward_that_was_refused_leaves_the_host_as_an_older_step_of_its_run_had(
        string older, string first, string newer, string second, string word)
    {
        var run = "20260307T020000-bbbbbb";
        Record(run, $"from {_host.First}\nkind Deploy\ntarget {s_nowhere}\n");
        foreach (var (step, text) in new[] { (older, first), (newer, second) })
        {
            var folder = Directory.CreateDirectory(_host.At("state", "steps", $"{run}-{step}")).FullName;
            File.WriteAllText(Path.Combine(folder, "started"), "");
            File.SetLastWriteTimeUtc(Path.Combine(folder, "started"), DateTime.UtcNow.AddMinutes(step == newer ? 1 : 0));
            if (text.Length > 0)
                File.WriteAllText(Path.Combine(folder, "outcome"), $"outcome {text}\n");
        }

        Assert.EndsWith($" {word} - -", Ask().Text("deploy.0"), StringComparison.Ordinal);
        Assert.EndsWith($" {word} - -", Ask(run).Text("deploy.0"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_run_that_has_more_to_see_than_its_steps_is_unaccepted_until_it_is_accepted()
    {
        var target = _host.Commit();
        Run(target, "20260307T020000-bbbbbb");
        Record("20260307T020000-bbbbbb", $"accept 1\nfrom {_host.First}\nkind Deploy\ntarget {target}\nwave 3\n");

        Assert.EndsWith($"{target} deployed unaccepted 3", Ask().Text("deploy.0"), StringComparison.Ordinal);
        Assert.Equal(0, _host.Accept("20260307T020000-bbbbbb").ExitCode);
        Assert.EndsWith($"{target} deployed - 3", Ask().Text("deploy.0"), StringComparison.Ordinal);
        Assert.EndsWith($"{target} deployed - 3", Ask("20260307T020000-bbbbbb").Text("deploy.0"), StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("20260307T030000-cccccc", "Restore", "restored", "returned")]
    [InlineData("20260307T030000-cccccc", "Deploy", "deployed", "returned")]
    [InlineData("20260307T030000-cccccc", "Restore", "failed", "-")]
    [InlineData("20260307T010000-aaaaaa", "Restore", "restored", "-")]
    public void A_host_that_a_later_run_took_back_says_so(string later, string kind, string verdict, string after)
    {
        var target = _host.Commit();
        Ledger("2026-03-07T02:00:00Z", "Deploy", "20260307T020000-bbbbbb", _host.First, target, "deployed");
        Ledger("2026-03-07T03:00:00Z", kind, later, target, _host.First, verdict);

        Assert.EndsWith($" deployed {after} -", Ask("20260307T020000-bbbbbb").Text("deploy.0"), StringComparison.Ordinal);

        _host.MoveBehindTheScripts(target);
        Assert.EndsWith(" deployed - -", Ask("20260307T020000-bbbbbb").Text("deploy.0"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_host_that_a_later_run_found_back_says_so_and_one_that_a_person_took_back_does_not()
    {
        var target = _host.Commit();
        Record("20260307T020000-bbbbbb", $"from {_host.First}\nkind Deploy\ntarget {target}\n");
        Ledger("2026-03-07T02:00:00Z", "Deploy", "20260307T020000-bbbbbb", _host.First, target, "failed");

        Assert.EndsWith(" failed - -", Ask("20260307T020000-bbbbbb").Text("deploy.0"), StringComparison.Ordinal);
        Record("20260307T030000-cccccc", $"from {_host.First}\nkind Restore\ntarget {_host.First}\n");
        Assert.EndsWith(" failed returned -", Ask("20260307T020000-bbbbbb").Text("deploy.0"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_full_history_fits_the_block()
    {
        var commits = Enumerable.Range(0, 20).Select(i => new string((char)('a' + (i % 6)), 39) + (i % 10)).ToList();
        for (var i = 1; i < commits.Count; i++)
            Ledger($"2026-03-07T04:{i:d2}:00Z", "Deploy", $"20260307T04{i:d2}00-aaaaaa", commits[i - 1], commits[i], "deployed");

        Assert.Null(Ask(points: 15, runs: 0).Text("cut"));
        Assert.Null(Ask(points: 0, runs: 10).Text("cut"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Is_refused_where_there_is_neither_a_checkout_nor_a_package()
    {
        Directory.Move(_host.At("app", ".git"), _host.At("gone"));
        Directory.Move(_host.At("app", "venv"), _host.At("gone-too"));

        Assert.Equal(("refused", "none"), (Ask().Text("outcome"), Ask().Text("mode")));
    }

    public void Dispose() => _host.Dispose();

    private ResultBlock Ask(string deploy = "", string before = "", int points = 5, int runs = 5, int wait = 0)
    {
        var block = _host.History(deploy, before, points, runs, wait).Block;
        Assert.Equal(ResultBlockState.Complete, block.State);
        return block;
    }

    private static List<string> Points(ResultBlock block) =>
    [
        .. Enumerable.Range(0, 20).Select(i => block.Text($"point.{i}")).OfType<string>().Select(point => point.Split(' ')[0]),
    ];

    // Not root, so no file can be given away: the service is somebody else's instead.
    private string Tell(string name, string text)
    {
        _host.Say(name, text);
        return Environment.UserName;
    }

    private void Run(string target, string deploy) => _host.Run(HostOperation.Deploy, new()
    {
        ["P_DEPLOY"] = deploy,
        ["P_STEP"] = $"{deploy}-deploy",
        ["P_TARGET"] = target,
        ["P_REVERT"] = "1",
    });

    private void Record(string deploy, string text)
    {
        Directory.CreateDirectory(_host.At("state", "deploys"));
        File.WriteAllText(_host.At("state", "deploys", deploy), text);
    }

    private void Ledger(string when, string kind, string deploy, string from, string to, string verdict, string cause = "")
    {
        Directory.CreateDirectory(_host.At("state"));
        File.AppendAllText(
            _host.At("state", "ledger"), $"{when}\t{kind}\t{deploy}\t{from}\t{to}\t{verdict}\tsomebody\ta reason{(cause.Length > 0 ? $"\t{cause}" : "")}\n");
    }
}
