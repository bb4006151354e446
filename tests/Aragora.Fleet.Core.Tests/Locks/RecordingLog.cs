using System.Collections.Concurrent;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.Locks;

/// <summary>Keeps what is told.</summary>
internal sealed class RecordingLog : IFleetLog
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _warnings = new();

    public IEnumerable<string> Lines => _lines;

    public IEnumerable<string> Warnings => _warnings;

    public void Warning(string message) => _warnings.Enqueue(message);

    public void Verbose(string message) => _lines.Enqueue(message);

    public void Debug(string message) => _lines.Enqueue(message);

    public void Progress(string status, int done, int total)
    {
    }
}
