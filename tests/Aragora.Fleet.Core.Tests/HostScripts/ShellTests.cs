using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>The agent starts a script as `sh -c PATH`: sh is dash on Debian, and bash as sh on Amazon Linux.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostTheory("bash", "dash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("dash")]
    [InlineData("bash")]
    public void A_script_is_run_by_its_own_interpreter_whatever_sh_is(string shell)
    {
        _host.StartAs(shell);
        var target = _host.Commit();

        Assert.Equal(_host.First, _host.Probe().Block.Text("running"));
        Assert.Equal("deployed", _host.Deploy(target, settle: 1).Block.Text("outcome"));
        Assert.Equal("restored", _host.Rollback().Block.Text("outcome"));
    }

    [HostTheory("bash", "dash", "cksum")]
    [InlineData("dash")]
    [InlineData("bash")]
    public void A_text_of_the_users_own_runs_in_bash_or_in_what_it_names_itself(string shell)
    {
        _host.StartAs(shell);

        Assert.Equal("array 2\n", Run("a", "x=(one two); [[ -n $BASH_VERSION ]] && source /dev/null && echo \"array ${#x[@]}\"").Block.Rest);
        var named = Run("b", "#!/bin/sh\nprintf '%s\\n' \"$(command -v sh)\"; . /dev/null; exit 3");
        Assert.Equal((3, ""), (named.ExitCode, named.Error));
        Assert.EndsWith("/sh\n", named.Block.Rest, StringComparison.Ordinal);
    }

    [HostTheory("bash", "dash", "cksum")]
    [InlineData("dash", "unset")]
    [InlineData("bash", "set")]
    public void The_shell_of_the_test_is_the_one_it_says(string shell, string bashVersion)
    {
        _host.StartAs(shell);

        Assert.Equal(bashVersion, Run("c", "sh -c 'echo ${BASH_VERSION:+set}' | grep . || echo unset").Block.Rest.Trim());
    }

    public void Dispose() => _host.Dispose();

    private ShellAnswer Run(string id, string script) =>
        _host.Run(HostOperation.Run, new() { ["P_RUN"] = id, ["P_SCRIPT"] = script });
}
