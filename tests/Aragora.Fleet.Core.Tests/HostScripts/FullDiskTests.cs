using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>A disk that fills up on the way never makes a step look better than it was.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly FakeHost _host = new();

    public FullDiskTests()
    {
        Directory.CreateDirectory(_host.At("state"));
        Directory.CreateDirectory(_host.At("kept"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid", "unshare")]
    public void Half_way_through_pip_the_host_goes_back_and_says_why()
    {
        GiveTheStateADiskOf("8m");

        var answer = _host.Deploy(_host.Commit("fills-disk"));

        Assert.Equal((1, "reverted", "install"), (answer.ExitCode, answer.Block.Text("outcome"), answer.Block.Text("phase")));
        Assert.Contains("No space left on device", answer.Block.Text("reason"), StringComparison.Ordinal);
        Assert.Equal((_host.First, _host.First), (answer.Block.Text("running"), _host.Head));
        Assert.Contains("\treverted\t", File.ReadAllText(_host.At("kept", "ledger")), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid", "unshare")]
    public void Where_not_even_the_outcome_finds_room_the_step_never_looks_deployed()
    {
        GiveTheStateADiskOf("8m");

        var answer = _host.Deploy(_host.Commit("keeps-disk-full"));

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains(answer.Block.Text("outcome"), new[] { "unknown", "revert-failed", "reverted" });
        Assert.DoesNotContain("\tdeployed\t", Kept("ledger"), StringComparison.Ordinal);
        Assert.DoesNotContain("outcome deployed", Kept("steps/step-1/outcome"), StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid", "unshare")]
    [InlineData("2m")]
    [InlineData("20k")]
    public void A_disk_that_is_full_before_the_step_is_refused(string size)
    {
        GiveTheStateADiskOf(size);

        var answer = _host.Deploy(_host.Commit());

        Assert.Equal((1, "refused", _host.First), (answer.ExitCode, answer.Block.Text("outcome"), _host.Head));
        Assert.Matches("disk under .* is full|no room for the step", answer.Block.Text("reason"));
        Assert.DoesNotContain(_host.Calls, call => call.Contains(" fetch ", StringComparison.Ordinal));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "unshare")]
    public void A_token_that_finds_no_room_is_refused_and_tells_of_no_other_holder()
    {
        GiveTheStateADiskOf("4k");

        var block = _host.Claim(("P_TOKEN", "9")).Block;

        Assert.Equal(("refused", "fence"), (block.Text("outcome"), block.Text("phase")));
        Assert.Contains(
            $"the token 9 cannot be recorded in {_host.At("state", "fence")}", block.Text("reason"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_checkout_without_room_goes_back_and_says_why()
    {
        var target = _host.Commit();
        var hook = _host.At("app", ".git", "hooks", "post-checkout");
        File.WriteAllText(hook, "#!/bin/sh\nrm \"$0\"\necho 'fatal: cannot write file: No space left on device' >&2\nexit 1\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var block = _host.Deploy(target).Block;

        Assert.Equal(("reverted", "checkout", _host.First), (block.Text("outcome"), block.Text("phase"), _host.Head));
        Assert.Contains("No space left on device", block.Text("reason"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_pip_that_the_kernel_kills_is_taken_back()
    {
        var block = _host.Deploy(_host.Commit("pip-killed")).Block;

        Assert.Equal(("reverted", "install", _host.First), (block.Text("outcome"), block.Text("phase"), block.Text("running")));
        Assert.Contains("pip install failed with exit code 137", block.Text("reason"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid", "unshare")]
    public void A_full_tmp_fails_no_deploy_for_the_ledger_has_the_rollback_point()
    {
        var tmp = Directory.CreateDirectory(_host.At("tmp")).FullName;
        _host.Wrapper =
        [
            "unshare", "-Urm", "bash", "-c",
            $"mount -t tmpfs -o size=4k none '{tmp}' && head -c 4096 /dev/zero >'{tmp}/full' || exit 99\n" +
            $"TMPDIR='{tmp}' ARAGORA_FLEET_TMP_STATE='{tmp}/deploy_state' bash \"$1\"; code=$?\nls '{tmp}' >'{_host.At("kept", "tmp")}'; exit $code",
            "with-a-full-tmp",
        ];
        var target = _host.Commit();

        var answer = _host.Deploy(target);

        Assert.Equal((0, "deployed", target), (answer.ExitCode, answer.Block.Text("outcome"), _host.Head));
        Assert.Contains("cannot be replaced; the ledger has the rollback point", answer.Output, StringComparison.Ordinal);
        Assert.Equal("full\n", Kept("tmp"));
        _host.Wrapper = [];
        Assert.Equal(_host.First, _host.History().Block.Text("previous"));
    }

    /// <summary>A file system of that size under the state folder, for as long as the script runs; it is copied out at its end.</summary>
    private void GiveTheStateADiskOf(string size) => _host.Wrapper =
    [
        "unshare", "-Urm", "bash", "-c",
        $"mount -t tmpfs -o size={size} none '{_host.At("state")}' || exit 99\n" +
        $"bash \"$1\"; code=$?; cp -r '{_host.At("state")}/steps' '{_host.At("state")}/ledger' '{_host.At("kept")}' 2>/dev/null; exit $code",
        "with-a-small-disk",
    ];

    private string Kept(string name) => File.Exists(_host.At("kept", name)) ? File.ReadAllText(_host.At("kept", name)) : "";

    public void Dispose() => _host.Dispose();
}
