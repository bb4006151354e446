using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class ProbeTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "curl", "cksum")]
    public void Reads_version_and_health_of_a_host_that_is_up()
    {
        var answer = _host.Probe();
        var block = answer.Block;

        Assert.Equal((0, string.Empty), (answer.ExitCode, answer.Error));
        Assert.Equal(ResultBlockState.Complete, block.State);
        Assert.Equal(("probe", "git"), (block.Text("op"), block.Text("mode")));
        Assert.Equal(("active", "100"), (block.Text("active"), block.Text("pid")));
        Assert.Equal(_host.At("app"), block.Text("dir"));
        Assert.Equal(_host.At("app", "venv"), block.Text("venv"));
        Assert.Equal((_host.First, _host.First), (block.Commit("disk"), block.Commit("running")));
        Assert.Equal(("main", "2.8.0", 0L), (block.Text("branch"), block.Text("package"), block.Number("dirty")));
        Assert.Equal(_host.Git(_host.At("app"), "log", "-1", "--format=%cI"), block.Text("committed"));
        Assert.Equal((200, 404), (block.Number("openapi.code"), block.Number("auth.code")));
        Assert.Equal("""{"status":"ok"}""", block.Text("healthz.body"));
        Assert.NotNull(block.Number("readyz.ms"));
        Assert.Null(block.Text("openapi.body"));
        Assert.Equal(string.Empty, block.Rest);
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Answers_for_a_service_that_is_down()
    {
        File.Delete(_host.At("running"));
        _host.Say("active", "inactive");

        var block = _host.Probe().Block;

        Assert.Equal("inactive", block.Text("active"));
        Assert.Equal(("000", "000"), (block.Text("healthz.code"), block.Text("readyz.code")));
        Assert.Equal(_host.First, block.Commit("disk"));
        Assert.Null(block.Text("running"));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Answers_for_a_service_that_is_absent()
    {
        _host.Say("absent", "1");

        var answer = _host.Probe();

        Assert.Equal(0, answer.ExitCode);
        Assert.Equal(("not-found", "none"), (answer.Block.Text("load"), answer.Block.Text("mode")));
        Assert.Null(answer.Block.Text("disk"));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Stays_within_its_size_whatever_the_service_says()
    {
        _host.Say("healthz", "\u00e9\"\\\n" + new string('\\', 9_000));

        var answer = _host.Probe();

        Assert.InRange(answer.Output.Length, 1, 2_300);
        Assert.Equal(ResultBlockState.Complete, answer.Block.State);
        Assert.StartsWith("??\"\\\n\\\\", answer.Block.Text("healthz.body"), StringComparison.Ordinal);
        Assert.Equal("""{"sha":""", answer.Block.Text("build.body")?[..7]);
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Changes_nothing_and_tells_no_secret()
    {
        File.AppendAllText(_host.At("app", "file"), "a change of their own\n");
        var before = Contents();

        var answer = _host.Probe();

        Assert.Equal(before, Contents());
        Assert.Equal(1, answer.Block.Number("dirty"));
        Assert.DoesNotContain("hunter2", answer.Output + answer.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _host.Dispose();

    /// <summary>Every file but the record of the stand-ins and the script itself.</summary>
    private string Contents() => string.Join('\n', Directory
        .EnumerateFiles(_host.Folder, "*", SearchOption.AllDirectories)
        .Where(file => file != _host.At("calls") && !file.StartsWith(_host.At("scripts"), StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O} {new FileInfo(file).Length}"));
}
