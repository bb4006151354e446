using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>What holds for every step: one at a time, once per id, refused where the world has moved.</summary>
public sealed class StepTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_repeated_step_id_answers_the_same_without_running_again()
    {
        var target = _host.Commit();
        var first = _host.Deploy(target);
        var calls = _host.Calls.Count;

        var second = _host.Deploy(target);

        Assert.Equal((first.ExitCode, first.Output), (second.ExitCode, second.Output));
        Assert.Equal(calls, _host.Calls.Count);
        Assert.Single(_host.Ledger);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public async Task A_doubled_send_waits_for_the_step_under_way()
    {
        var target = _host.Commit();

        var answers = await Task.WhenAll(Task.Run(() => _host.Deploy(target)), Task.Run(() => _host.Deploy(target)));

        Assert.Equal(answers[0].Block.Values, answers[1].Block.Values);
        Assert.Equal("deployed", answers[0].Block.Text("outcome"));
        Assert.Single(_host.Calls, call => call == "systemctl restart aragora");
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_second_step_is_told_who_holds_the_host_and_changes_nothing()
    {
        var target = _host.Commit();
        Directory.CreateDirectory(_host.At("state"));
        _host.Say("state/lock.owner", "someone else, step other");
        using var holder = Process.Start(
            new ProcessStartInfo("flock", [_host.At("state", "lock"), "sh", "-c", "echo held; cat"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        Assert.Equal("held", holder.StandardOutput.ReadLine());

        var answer = _host.Deploy(target);
        holder.StandardInput.Close();
        holder.WaitForExit();

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(("locked", "lock"), (answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Contains("someone else, step other", answer.Block.Text("reason"), StringComparison.Ordinal);
        Assert.Equal(_host.First, _host.Head);
        Assert.Empty(_host.Ledger);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void The_lock_is_free_again_after_a_step()
    {
        _host.Deploy(_host.Commit());

        Assert.Equal("deployed", _host.Deploy(_host.Commit(), "step-2").Block.Text("outcome"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_host_that_moved_since_the_plan_is_refused()
    {
        var target = _host.Commit();

        var answer = _host.Deploy(target, expect: $"i-other {target}\n{FakeHost.InstanceId} {new string('b', 40)}\n");

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal(("refused", "moved"), (answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Equal(_host.First, _host.Head);
        Assert.Empty(_host.Ledger);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_host_as_the_plan_saw_it_or_that_it_did_not_see_goes_on(bool seen)
    {
        var target = _host.Commit();
        var expect = seen ? $"{FakeHost.InstanceId} {_host.First}" : $"i-other {target}";

        Assert.Equal("deployed", _host.Deploy(target, expect: expect).Block.Text("outcome"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_service_that_is_no_checkout_is_refused()
    {
        Directory.Delete(_host.At("app", ".git"), recursive: true);

        var block = _host.Deploy(new string('a', 40)).Block;

        Assert.Equal(("refused", "layout"), (block.Text("outcome"), block.Text("phase")));
        Assert.Equal("package", block.Text("mode"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_release_that_came_from_elsewhere_is_written_down_first()
    {
        var second = _host.Commit();
        _host.Deploy(second);
        var foreign = _host.Commit();
        _host.MoveBehindTheScripts(foreign);

        var block = _host.Deploy(_host.Commit(), "step-2").Block;

        Assert.Equal($"{second}..{foreign}", block.Text("foreign"));
        Assert.Equal(
            ["Deploy", "Foreign", "Deploy"], _host.Ledger.Select(line => line.Split('\t')[1]));
        Assert.Contains($"\t{second}\t{foreign}\tobserved\t", _host.Ledger[1], StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_step_that_was_killed_is_unknown_with_the_phase_it_reached()
    {
        var target = _host.Commit("unready");
        var sent = Task.Run(() => _host.Deploy(target, ready: 60));
        var facts = _host.At("state", "steps", "step-1", "facts");
        Assert.True(SpinWait.SpinUntil(
            () => File.Exists(facts) && File.ReadAllText(facts).Contains("phase ready", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30)));
        var leader = int.Parse(
            File.ReadAllText(_host.At("units", "aragora-fleet-step-step-1")), CultureInfo.InvariantCulture);
        HostShell.Run("bash", ["-c", $"kill -9 -- -{leader}"]);

        var block = sent.GetAwaiter().GetResult().Block;

        Assert.Equal(("unknown", "ready"), (block.Text("outcome"), block.Text("phase")));
        Assert.Contains("without an outcome", block.Text("reason"), StringComparison.Ordinal);
        Assert.Equal("unknown", _host.Deploy(target).Block.Text("outcome"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_unit_that_systemd_does_not_start_is_refused()
    {
        _host.Say("no-transient-units", "1");

        var answer = _host.Deploy(_host.Commit());

        Assert.Equal((1, "refused"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.Contains("Failed to start transient service unit", answer.Block.Text("reason"));
    }

    [HostTheory("bash", "cksum")]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a b")]
    public void A_step_id_that_cannot_name_a_unit_is_refused(string step)
    {
        var answer = _host.Deploy(_host.First, step);

        Assert.Equal((1, "refused"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.False(Directory.Exists(_host.At("state")));
    }

    [HostFact("bash", "cksum")]
    public void An_unexpected_failure_answers_with_its_command()
    {
        File.WriteAllText(_host.At("state"), "no folder");

        var answer = _host.Deploy(_host.First);

        Assert.Equal((1, "failed"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.Matches("^unexpected failure with exit code 1 at line [0-9]+: ", answer.Block.Text("reason"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Only_root_may_enter_the_state_folder()
    {
        _host.Deploy(_host.First);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(_host.At("state")));
        }
    }

    public void Dispose() => _host.Dispose();
}
