using System.IO.Compression;
using System.Text;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Answers run.sh and fetch.sh: text of the user's own, once for each run id, and its output.</summary>
internal sealed class RunModel(HostState state)
{
    private readonly Dictionary<string, ScriptAnswer> _runs = new(StringComparer.Ordinal);

    /// <summary>Runs a text; a run id that the host knows is answered with what came out then.</summary>
    /// <param name="script">The script.</param>
    /// <param name="count">Told each time that a text is really run.</param>
    public ScriptAnswer Run(ComposedScript script, Action count)
    {
        var id = script["P_RUN"];
        ScriptAnswer? answer;
        lock (_runs)
        {
            if (!_runs.TryGetValue(id, out answer))
            {
                count();
                answer = _runs[id] = new ToyShell(state.Instance.Name).Run(script["P_SCRIPT"]);
            }
        }

        var block = new BlockWriter(script.Operation, state.Instance.Name);
        block.Put("exit", $"{answer.ExitCode}");
        block.Put("out_bytes", $"{Encoding.UTF8.GetByteCount(answer.Stdout)}");
        block.Put("err_bytes", $"{Encoding.UTF8.GetByteCount(answer.Stderr)}");
        block.Put("spool", id);
        return new ScriptAnswer(ForAgent(answer.ExitCode), block + answer.Stdout, answer.Stderr);
    }

    public ScriptAnswer Fetch(ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        ScriptAnswer? run;
        lock (_runs)
            _runs.TryGetValue(script["P_RUN"], out run);
        if (run is null)
            return ScriptAnswer.Refused(block, $"this host has no output of the run {script["P_RUN"]}");

        var stream = Encoding.UTF8.GetBytes(script["P_STREAM"] == "out" ? run.Stdout : run.Stderr);
        var offset = Math.Min(script.Number("P_OFFSET"), stream.Length);
        block.Put("offset", $"{offset}");
        block.Put("bytes", $"{stream.Length - offset}");
        block.Put("total", $"{stream.Length}");
        block.Put("eof", "1");
        return new ScriptAnswer(0, $"{block}{Pack(stream.AsSpan(offset))}\n");
    }

    /// <summary>The agent gives these codes a meaning of its own; the block has the true one.</summary>
    private static int ForAgent(int code) => code is 137 or 168 or 169 or 194 ? 1 : code;

    private static string Pack(ReadOnlySpan<byte> slice)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(slice);
        return Convert.ToBase64String(packed.ToArray());
    }
}
