using System.Globalization;
using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>All that a deploy does around moving a checkout.</summary>
public sealed class GitModeTests : IDisposable
{
    private readonly FakeHost _host = new();

    private string DropIn => _host.At("units.d", "aragora.service.d", "secrets.conf");

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void The_wanted_commit_comes_even_where_the_branch_has_moved_on()
    {
        var target = _host.Commit();
        var newer = _host.Commit();

        Assert.Equal((target, target), (_host.Deploy(target).Block.Text("running"), _host.Head));
        Assert.NotEqual(newer, _host.Head);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_shallow_clone_is_deepened_to_the_release_to_go_back_to()
    {
        var second = _host.Commit();
        var third = _host.Commit();
        Directory.Delete(_host.At("app", ".git"), recursive: true);
        _host.Git(_host.Folder, "clone", "-q", "--depth=1", $"file://{_host.At("origin.git")}", _host.At("shallow"));
        Directory.Move(_host.At("shallow", ".git"), _host.At("app", ".git"));
        _host.Git(_host.At("app"), "reset", "-q", "--hard");
        _host.Say("running", third);
        _host.Say("build", third);

        var block = _host.Rollback($"{FakeHost.InstanceId} {second}").Block;

        Assert.Equal(("restored", second), (block.Text("outcome"), _host.Head));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Of_our_stashes_the_newest_ten_are_kept_and_those_of_others_all()
    {
        for (var number = 1; number <= 12; number++)
        {
            Stash(number == 3 ? "a hotfix of ours, do not touch" : $"aragora-fleet old-{number}");
        }

        File.AppendAllText(_host.At("app", "file"), "a change of their own\n");
        _host.Deploy(_host.Commit());

        var stashes = _host.Git(_host.At("app"), "stash", "list").Split('\n');
        Assert.Equal(11, stashes.Length);
        Assert.EndsWith(": aragora-fleet deploy-7", stashes[0], StringComparison.Ordinal);
        Assert.EndsWith(": a hotfix of ours, do not touch", stashes[10], StringComparison.Ordinal);
        Assert.EndsWith(": aragora-fleet old-4", stashes[9], StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void What_pip_itself_leaves_is_removed_before_the_import_check()
    {
        Assert.Equal("deployed", _host.Deploy(_host.Commit("pip-leaves")).Block.Text("outcome"));

        Assert.Empty(Directory.GetFileSystemEntries(_host.At("app", "venv", "lib", "python3.11", "site-packages"), "~*"));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("", "0 No broken requirements found.")]
    [InlineData("inconsistent", "1 aragora 2.8.0 requires aiohttp, which is not installed.")]
    public void What_pip_check_says_is_told_and_stops_nothing(string fate, string answer)
    {
        var block = _host.Deploy(_host.Commit(fate)).Block;

        Assert.Equal(("deployed", answer), (block.Text("outcome"), block.Text("pipcheck")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void The_database_is_prepared_before_the_restart_with_the_settings_of_the_CI_and_may_fail()
    {
        File.AppendAllText(DropIn, """
            Environment=AWS_REGION=us-east-2
            Environment="ARAGORA_SECRET_NAME=aragora/production" ARAGORA_USE_SECRETS_MANAGER=true

            """);
        Directory.CreateDirectory(_host.At("work", "scripts"));
        File.WriteAllText(_host.At("work", "scripts", "init_postgres_db.py"), "");
        _host.Git(_host.At("work"), "add", ".");

        var answer = _host.Deploy(_host.Commit());

        Assert.Equal(
            ("deployed", "1 no answer from postgres://***@db/x"), (answer.Block.Text("outcome"), answer.Block.Text("initdb")));
        var calls = _host.Calls.ToList();
        var prepared = calls.IndexOf("init aragora/production us-east-2 true");
        Assert.InRange(prepared, 0, calls.IndexOf("systemctl restart aragora"));
        Assert.Contains(calls[..prepared], call => call.StartsWith("runuser ", StringComparison.Ordinal) &&
            call.EndsWith("python scripts/init_postgres_db.py", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, call => call.Contains("hunter2", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", answer.Output + answer.Error, StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("unready", "reverted")]
    [InlineData("", "restored")]
    public void The_drop_in_names_the_release_that_runs_after_going_back_too(string fate, string outcome)
    {
        var target = _host.Commit(fate);
        var block = _host.Deploy(target).Block;
        if (fate.Length == 0)
            block = _host.Rollback().Block;

        Assert.Equal(outcome, block.Text("outcome"));
        var lines = File.ReadAllLines(DropIn);
        Assert.Contains($"Environment=ARAGORA_BUILD_SHA={_host.First}", lines);
        Assert.DoesNotContain("Environment=ARAGORA_BUILD_TIME=2026-01-01T00:00:00Z", lines);
        Assert.Contains("Environment=SECRET_TOKEN=hunter2", lines);
        Assert.Contains(
            $"Environment=ARAGORA_BUILD_SHA={(fate.Length == 0 ? target : _host.First)}", File.ReadAllLines(DropIn + ".previous"));
        Assert.Contains("systemctl daemon-reload", _host.Calls);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_drop_in_keeps_its_mode_and_its_owner()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(DropIn, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        HostShell.Run("/bin/chown", ["65534", DropIn]);
        var before = HostShell.Run("stat", ["-c", "%a %u %g", DropIn]).Output;

        _host.Deploy(_host.Commit());

        Assert.Equal(before, HostShell.Run("stat", ["-c", "%a %u %g", DropIn]).Output);
        Assert.Equal(before, HostShell.Run("stat", ["-c", "%a %u %g", DropIn + ".previous"]).Output);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_drop_in_that_names_no_release_stays_as_it_is_where_another_names_one()
    {
        var other = _host.At("units.d", "aragora.service.d", "shared-state.conf");
        File.WriteAllText(other, "[Service]\nEnvironment=DATABASE_URL=postgres://u:hunter2@db/x\n");
        var written = File.GetLastWriteTimeUtc(other);

        _host.Deploy(_host.Commit());

        Assert.Equal("[Service]\nEnvironment=DATABASE_URL=postgres://u:hunter2@db/x\n", File.ReadAllText(other));
        Assert.Equal(written, File.GetLastWriteTimeUtc(other));
        Assert.False(File.Exists(other + ".previous"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Where_no_drop_in_names_a_release_the_one_of_the_CI_does_from_then_on()
    {
        File.WriteAllText(DropIn, "[Unit]\nDescription=x\n[Service]\nEnvironment=SECRET_TOKEN=hunter2\n[Install]");
        var target = _host.Commit();

        Assert.Equal("deployed", _host.Deploy(target).Block.Text("outcome"));
        Assert.Equal("deployed", _host.Deploy(_host.Commit(), "step-2").Block.Text("outcome"));

        var text = File.ReadAllText(DropIn);
        Assert.Contains($"[Install]\n[Service]\nEnvironment=ARAGORA_BUILD_SHA={_host.Head}\n", text, StringComparison.Ordinal);
        Assert.Single(text.Split("ARAGORA_BUILD_SHA=")[1..]);
    }

    private void Stash(string message)
    {
        File.AppendAllText(_host.At("app", "file"), message + "\n");
        _host.Git(_host.At("app"), "stash", "push", "-q", "-m", message);
    }

    public void Dispose() => _host.Dispose();
}
