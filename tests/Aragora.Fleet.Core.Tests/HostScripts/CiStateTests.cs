using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>The existing CI and this module on one host: each can undo what the other did. The lines are those that CI sends.</summary>
public sealed class CiStateTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void The_rollback_of_the_CI_undoes_a_deploy_of_ours()
    {
        _host.Deploy(_host.Commit());

        RollBackAsTheCiDoes();

        Assert.Equal(_host.First, _host.Head);
        Assert.False(File.Exists(_host.StateFile));
        Assert.Equal(_host.First, _host.Probe().Block.Commit("disk"));
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("PREVIOUS_COMMIT=")]
    [InlineData("Rollback point: ")]
    public void Our_rollback_undoes_a_deploy_of_the_CI(string form)
    {
        var second = _host.Commit();
        DeployAsTheCiDoes(form);
        Assert.Equal(second, _host.Head);

        var block = _host.Rollback().Block;

        Assert.Equal(("restored", _host.First), (block.Text("outcome"), block.Text("running")));
        Assert.Equal(("main", _host.First), (_host.Branch, _host.Head));
        Assert.False(File.Exists(_host.StateFile));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_deploy_of_ours_after_a_rollback_of_the_CI_leaves_no_detached_HEAD_and_names_its_release()
    {
        _host.Deploy(_host.Commit());
        RollBackAsTheCiDoes();
        Assert.Equal("HEAD", _host.Branch);
        var third = _host.Commit();

        var block = _host.Deploy(third, "step-2").Block;

        Assert.Equal(("deployed", third), (block.Text("outcome"), block.Text("running")));
        Assert.Equal((third, "main"), (_host.Head, _host.Branch));
        Assert.Contains(
            $"ARAGORA_BUILD_SHA={third}\n", File.ReadAllText(_host.At("units.d", "aragora.service.d", "secrets.conf")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_second_rollback_of_the_CI_after_ours_throws_the_host_no_further_back()
    {
        var second = _host.Commit();
        _host.Deploy(second);
        _host.Deploy(_host.Commit(), "step-2");
        _host.Rollback();

        RollBackAsTheCiDoes();

        Assert.Equal(second, _host.Head);
    }

    [HostTheory("bash", "git", "curl", "cksum", "flock", "setsid")]
    [InlineData("PREVIOUS_COMMIT=$(touch pwned)")]
    [InlineData("PREVIOUS_COMMIT=4f0ff05")]
    [InlineData("Rollback point: main")]
    [InlineData("")]
    public void A_state_file_that_is_in_neither_form_says_nothing(string text)
    {
        _host.MoveBehindTheScripts(_host.Commit());
        File.WriteAllText(_host.StateFile, text + "\n");

        Assert.Equal(("refused", "point"), (_host.Rollback().Block.Text("outcome"), _host.Rollback().Block.Text("phase")));
        Assert.False(File.Exists(_host.At("app", "pwned")));
    }

    private void DeployAsTheCiDoes(string form) => RunAsTheCi($"""
        PREVIOUS_COMMIT=$(git rev-parse HEAD)
        echo "{form}$PREVIOUS_COMMIT" > {_host.StateFile}
        git stash --include-untracked || true
        git fetch origin main
        git checkout main || git checkout -b main origin/main
        git reset --hard origin/main
        sed -i "s/BUILD_SHA=.*/BUILD_SHA=$(git rev-parse HEAD)/" {_host.At("units.d", "aragora.service.d", "secrets.conf")}
        systemctl restart aragora
        """);

    private void RollBackAsTheCiDoes() => RunAsTheCi($"""
        if [ -f {_host.StateFile} ]; then
          source {_host.StateFile}
          if [ -n "$PREVIOUS_COMMIT" ]; then git checkout $PREVIOUS_COMMIT; fi
        fi
        systemctl restart aragora
        rm -f {_host.StateFile}
        """);

    private void RunAsTheCi(string lines)
    {
        var answer = _host.RunText($"set -e\ncd {_host.At("app")}\n{lines}\n");
        Assert.True(answer.ExitCode == 0, answer.Error);
    }

    public void Dispose() => _host.Dispose();
}
