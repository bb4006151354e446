using System.Text.Encodings.Web;
using System.Text.Json;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Journal;

/// <summary>
/// The journal as a file: a line of JSON for each entry, written through at once, readable by its owner only. A journal
/// that cannot be written is said once, and stops no run.
/// </summary>
/// <param name="folder">The folder of all journals; made where it is missing.</param>
/// <param name="deployId">The run, which names the file.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Told where the journal cannot be written.</param>
public sealed class FileRunJournal(string folder, string deployId, TimeProvider time, IFleetLog log) : IRunJournal
{
    // What is read by people stays readable: the file is no web page.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private bool _failed;

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, $"{deployId}.jsonl");

    /// <inheritdoc/>
    public void Add(string what, params (string Name, object? Value)[] fields)
    {
        if (_failed)
        {
            return;
        }

        var entry = new Dictionary<string, object?> { ["at"] = time.GetUtcNow(), ["what"] = what };
        foreach (var (name, value) in fields)
        {
            entry[name] = value;
        }

        try
        {
            using var file = Open();
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, s_readable), (byte)'\n']);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            log.Warning($"The journal {Path} cannot be written, so this run is written down on its hosts only: {e.Message}");
        }
    }

    private FileStream Open()
    {
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path, options);
    }
}
