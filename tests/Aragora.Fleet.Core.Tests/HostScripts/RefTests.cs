using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class RefTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "cksum")]
    public void Resolves_a_branch_a_tag_and_a_commit_of_the_origin()
    {
        var next = _host.Commit();
        _host.Git(_host.At("work"), "tag", "-a", "v1", "-m", "one", _host.First);
        _host.Git(_host.At("work"), "push", "-q", "origin", "v1");

        Assert.Equal(next, Resolve("main").Commit("sha"));
        Assert.Equal(next, Resolve("refs/heads/main").Commit("sha"));
        Assert.Equal(_host.First, Resolve("v1").Commit("sha"));
        Assert.Equal(next, Resolve(next).Commit("sha"));
        Assert.Equal(next, Resolve(next[..9]).Commit("sha"));
        Assert.Equal(_host.First, _host.Head);
    }

    [HostTheory("bash", "git", "cksum")]
    [InlineData("no-such-branch")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("aaaaaaa")]
    public void Says_that_there_is_no_such_ref(string name)
    {
        var block = Resolve(name);

        Assert.Equal("notfound", block.Text("outcome"));
        Assert.Null(block.Text("sha"));
    }

    [HostTheory("bash", "git", "cksum")]
    [InlineData("--upload-pack=touch pwned")]
    [InlineData("a b")]
    [InlineData("a..b")]
    [InlineData("$(id)")]
    public void Refuses_what_is_no_ref(string name) => Assert.Equal("refused", Resolve(name).Text("outcome"));

    [HostFact("bash", "git", "cksum")]
    public void Refuses_a_name_that_means_two_commits()
    {
        _host.Commit();
        _host.Git(_host.At("work"), "tag", "main", _host.First);
        _host.Git(_host.At("work"), "push", "-q", "origin", "refs/tags/main");

        Assert.Equal("refused", Resolve("main").Text("outcome"));
        Assert.Equal(_host.First, Resolve("refs/tags/main").Commit("sha"));
    }

    [HostFact("bash", "git", "cksum")]
    public void Says_when_the_origin_does_not_answer()
    {
        Directory.Delete(_host.At("origin.git"), recursive: true);

        var block = Resolve("main");

        Assert.Equal("refused", block.Text("outcome"));
        Assert.Contains("origin does not answer", block.Text("reason"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "cksum")]
    public void Lists_branches_and_tags_as_far_as_they_fit()
    {
        foreach (var number in Enumerable.Range(100, 60))
            _host.Git(_host.At("work"), "tag", $"release-{number}");
        _host.Git(_host.At("work"), "push", "-q", "origin", "--tags");

        var answer = _host.Run(HostOperation.Ref, new() { ["P_REF"] = string.Empty, ["P_LIST"] = "1" });

        Assert.Equal($"main {_host.First}", answer.Block.Text("ref.0"));
        Assert.Equal($"release-100 {_host.First}", answer.Block.Text("ref.1"));
        Assert.True(answer.Block.Flag("cut"));
        Assert.InRange(answer.Output.Length, 2_000, 2_300);
    }

    public void Dispose() => _host.Dispose();

    private ResultBlock Resolve(string name) =>
        _host.Run(HostOperation.Ref, new() { ["P_REF"] = name, ["P_LIST"] = string.Empty }).Block;
}
