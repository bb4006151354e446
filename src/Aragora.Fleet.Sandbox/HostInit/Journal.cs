using System.Diagnostics;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>One line of the journal.</summary>
internal sealed record JournalEntry(DateTimeOffset Time, string Host, string Unit, string Source, string Text);

/// <summary>Keeps what the services print and what systemd says of them.</summary>
internal sealed class Journal(string hostName)
{
    private const int Capacity = 20_000;

    private readonly object _gate = new();
    private readonly Queue<JournalEntry> _entries = new();

    public void AddSystem(string unit, string text) => Add(unit, "systemd[1]", text);

    /// <summary>Takes over both streams of a process, for as long as they are open.</summary>
    public Task FollowAsync(string unit, Process process)
    {
        var source = $"{Path.GetFileNameWithoutExtension(unit)}[{process.Id}]";
        return Task.WhenAll(
            FollowAsync(unit, source, process.StandardOutput), FollowAsync(unit, source, process.StandardError));
    }

    public IReadOnlyList<JournalEntry> Read(Func<JournalEntry, bool> condition)
    {
        lock (_gate)
            return [.. _entries.Where(condition)];
    }

    private async Task FollowAsync(string unit, string source, StreamReader stream)
    {
        try
        {
            while (await stream.ReadLineAsync() is { } line)
                Add(unit, source, line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process is over and its streams are gone.
        }
    }

    private void Add(string unit, string source, string text)
    {
        lock (_gate)
        {
            _entries.Enqueue(new JournalEntry(DateTimeOffset.UtcNow, hostName, unit, source, text));
            if (_entries.Count > Capacity)
                _entries.Dequeue();
        }
    }
}
