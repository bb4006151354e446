using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class CompareTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "cksum", "flock")]
    public void Tells_what_comes_and_what_goes_without_touching_the_checkout()
    {
        var next = _host.Commit();
        var last = _host.Commit();
        var before = _host.Git(_host.At("app"), "for-each-ref") + _host.Git(_host.At("app"), "count-objects", "-v");

        var block = Compare(last, _host.First, next);

        Assert.Equal($"{_host.First} 2 0 0 0", block.Text("from.0"));
        Assert.Equal($"{next} 1 0 0 0", block.Text("from.1"));
        Assert.Equal([$"{last[..9]} next", $"{next[..9]} next", null], Enumerable.Range(0, 3).Select(n => block.Text($"subject.0.{n}")));
        Assert.Equal($"{last} 0 1 0 0", Compare(next, last).Text("from.0"));
        Assert.Equal(
            before, _host.Git(_host.At("app"), "for-each-ref") + _host.Git(_host.At("app"), "count-objects", "-v"));
    }

    [HostTheory("bash", "git", "cksum", "flock")]
    [InlineData("requirements.txt", "aiohttp>=3.9", "1 0")]
    [InlineData("pyproject.toml", "version = \"2.9.0\"", "0 0")]
    [InlineData("pyproject.toml", "version = \"2.9.0\"\ndependencies = [\"x\"]", "1 0")]
    [InlineData("aragora/storage/migrations/0002_add.py", "pass", "0 1")]
    [InlineData("docs/readme.md", "text", "0 0")]
    public void Knows_whether_requirements_or_migrations_change(string path, string text, string expected)
    {
        var file = _host.At("work", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text + "\n");
        _host.Git(_host.At("work"), "add", ".");
        var next = _host.Commit();

        Assert.Equal($"{_host.First} 1 0 {expected}", Compare(next, _host.First).Text("from.0"));
    }

    [HostFact("bash", "git", "cksum", "flock")]
    public void A_second_question_uses_the_clone_of_the_first_and_needs_no_origin()
    {
        var next = _host.Commit();
        Compare(next, _host.First);
        Directory.Delete(_host.At("origin.git"), recursive: true);

        Assert.Equal($"{_host.First} 1 0 0 0", Compare(next, _host.First).Text("from.0"));
    }

    [HostFact("bash", "git", "cksum", "flock")]
    public void A_commit_that_nobody_has_is_left_out_and_the_others_are_told()
    {
        var next = _host.Commit();

        var block = Compare(next, new string('a', 40), _host.First);

        Assert.Null(block.Text("from.0"));
        Assert.Equal($"{_host.First} 1 0 0 0", block.Text("from.1"));
        Assert.Null(block.Text("outcome"));
    }

    [HostFact("bash", "git", "cksum", "flock")]
    public void Says_that_no_clone_can_be_made()
    {
        File.WriteAllText(_host.At("cache"), "in the way");

        var block = Compare(_host.First, _host.First);

        Assert.Equal("refused", block.Text("outcome"));
        Assert.Contains("no clone can be made", block.Text("reason"), StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "cksum", "flock")]
    public void Stays_within_the_size_of_a_list_for_as_many_commits_as_it_takes()
    {
        var commits = Enumerable.Range(0, 12).Select(_ => _host.Commit()).ToArray();

        var answer = _host.Run(HostOperation.Compare, Parameters(commits[^1], commits));

        Assert.InRange(answer.Output.Length, 1, 2_300);
        Assert.NotNull(answer.Block.Text("from.9"));
        Assert.Null(answer.Block.Text("from.10"));
    }

    public void Dispose() => _host.Dispose();

    private ResultBlock Compare(string target, params string[] froms) =>
        _host.Run(HostOperation.Compare, Parameters(target, froms)).Block;

    private static Dictionary<string, string> Parameters(string target, string[] froms) => new()
    {
        ["P_TARGET"] = target, ["P_FROMS"] = string.Join('\n', froms),
    };
}
