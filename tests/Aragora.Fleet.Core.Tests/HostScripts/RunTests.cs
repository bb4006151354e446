using System.IO.Compression;
using System.Text;
using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class RunTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "cksum")]
    public void Gives_the_exit_code_and_both_streams()
    {
        var answer = Run("echo out; echo err >&2; exit 7");

        Assert.Equal((7, "err\n"), (answer.ExitCode, answer.Error));
        Assert.Equal("out\n", answer.Block.Rest);
        Assert.Equal(7, answer.Block.Number("exit"));
        Assert.Equal((4, 4), (answer.Block.Number("out_bytes"), answer.Block.Number("err_bytes")));
        Assert.Equal("run-1", answer.Block.Text("spool"));
    }

    [HostTheory("bash", "cksum")]
    [InlineData(137)]
    [InlineData(168)]
    [InlineData(169)]
    [InlineData(194)]
    public void Hides_the_codes_that_mean_something_to_the_agent(int code)
    {
        var answer = Run($"exit {code}");

        Assert.Equal((1, code), (answer.ExitCode, answer.Block.Number("exit")));
    }

    [HostFact("bash", "cksum")]
    public void Gives_the_text_a_home_and_its_own_locale_and_interpreter()
    {
        Assert.Equal("/root|unset|", Run("printf '%s|%s|' \"$HOME\" \"${LC_ALL-unset}\"", "a").Block.Rest);
        Assert.Equal("#!/bin/cat\n$HOME\n", Run("#!/bin/cat\n$HOME\n", "b").Block.Rest);
    }

    [HostFact("bash", "cksum")]
    public void Does_not_run_the_same_run_twice()
    {
        var first = Run($"echo x >>{_host.At("marks")}; echo done; exit 3");
        var second = Run($"echo x >>{_host.At("marks")}; echo done; exit 3");

        Assert.Equal((first.ExitCode, first.Output), (second.ExitCode, second.Output));
        Assert.Single(File.ReadAllLines(_host.At("marks")));
    }

    [HostFact("bash", "cksum", "gzip", "base64")]
    public void Pages_bring_back_the_exact_bytes_of_a_big_output()
    {
        var script = "seq 1 200000; head -c 100000 /dev/urandom; printf '\\0\\r\\n\\xff end'";
        var answer = Run(script);
        var expected = File.ReadAllBytes(_host.At("state", "runs", "run-1", "out"));

        Assert.Equal(expected.Length, answer.Block.Number("out_bytes"));
        Assert.Equal(expected, Fetched("out"));
        Assert.Empty(Fetched("err"));
    }

    [HostTheory("bash", "cksum")]
    [InlineData("../../etc", "out", "0")]
    [InlineData("absent", "out", "0")]
    [InlineData("run-1", "../exit", "0")]
    [InlineData("run-1", "out", "x[$(id)]")]
    public void Refuses_what_is_no_page_of_a_run(string run, string stream, string offset)
    {
        Run("echo out");

        var answer = Fetch(run, stream, offset);

        Assert.Equal((1, "refused"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.NotNull(answer.Block.Text("reason"));
    }

    [HostTheory("bash", "cksum", "gzip", "base64")]
    [InlineData("out", "stdout")]
    [InlineData("err", "stderr")]
    public void Pages_bring_back_what_the_agent_kept_of_any_command(string stream, string file)
    {
        const string Command = "0ab1c2d3-1111-2222-3333-444455556666";
        var folder = Directory.CreateDirectory(_host.At(
            "agent", FakeHost.InstanceId, "document", "orchestration", Command, "awsrunShellScript", "0.awsrunShellScript"));
        var expected = string.Concat(Enumerable.Range(0, 40_000).Select(number => $"{file} {number}\n"));
        File.WriteAllText(Path.Combine(folder.FullName, file), expected);

        Assert.Equal(expected, Encoding.UTF8.GetString(Fetched(stream, "", Command)));
    }

    [HostTheory("bash", "cksum")]
    [InlineData("0ab1c2d3-1111-2222-3333-444455556667")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("0ab1c2d3-1111-2222-3333-44445555666*")]
    [InlineData("0AB1C2D3-1111-2222-3333-444455556666")]
    [InlineData("0ab1c2d3-1111-2222-3333-444455556666/..")]
    public void Refuses_what_is_no_command_that_the_agent_keeps(string command)
    {
        var answer = Fetch("", "out", "0", command);

        Assert.Equal((1, "refused"), (answer.ExitCode, answer.Block.Text("outcome")));
    }

    public void Dispose() => _host.Dispose();

    private ShellAnswer Run(string script, string run = "run-1") =>
        _host.Run(HostOperation.Run, new() { ["P_RUN"] = run, ["P_SCRIPT"] = script });

    private ShellAnswer Fetch(string run, string stream, string offset, string command = "") => _host.Run(
        HostOperation.Fetch,
        new() { ["P_RUN"] = run, ["P_STREAM"] = stream, ["P_OFFSET"] = offset, ["P_COMMAND"] = command });

    private byte[] Fetched(string stream, string run = "run-1", string command = "")
    {
        using var whole = new MemoryStream();
        while (true)
        {
            var answer = Fetch(run, stream, $"{whole.Length}", command);
            Assert.InRange(Encoding.UTF8.GetByteCount(answer.Output), 1, 23_999);
            using var packed = new MemoryStream(Convert.FromBase64String(answer.Block.Rest.TrimEnd('\n')));
            using var slice = new GZipStream(packed, CompressionMode.Decompress);
            var before = whole.Length;
            slice.CopyTo(whole);
            Assert.Equal(whole.Length - before, answer.Block.Number("bytes"));
            if (answer.Block.Flag("eof") == true)
                return whole.ToArray();
        }
    }
}
