using System.Management.Automation;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>Shows progress: of each activity the newest record, at most four times a second.</summary>
internal sealed class ProgressReporter : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new();
    private readonly Dictionary<int, ProgressRecord> _waiting = [];
    private readonly Dictionary<int, ProgressRecord> _shown = [];
    private readonly PipelineQueue _queue;
    private readonly Action<ProgressRecord> _show;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private long? _lastShown;
    private bool _scheduled;

    /// <param name="queue">Leads to the pipeline thread.</param>
    /// <param name="show">Shows one record; called on the pipeline thread.</param>
    /// <param name="clock">Measures the interval.</param>
    public ProgressReporter(PipelineQueue queue, Action<ProgressRecord> show, TimeProvider clock)
    {
        _queue = queue;
        _show = show;
        _clock = clock;
        _timer = clock.CreateTimer(_ => Enqueue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a record from the worker; it replaces one of the same activity that still waits.</summary>
    public void Report(ProgressRecord record)
    {
        TimeSpan due;
        lock (_gate)
        {
            _waiting[record.ActivityId] = record;
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
            due = _lastShown is { } last ? Interval - _clock.GetElapsedTime(last) : TimeSpan.Zero;
        }

        if (due <= TimeSpan.Zero)
        {
            Enqueue();
        }
        else
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Takes every shown activity off the screen. On the pipeline thread.</summary>
    public void Complete()
    {
        foreach (var shown in _shown.Values)
        {
            _show(new ProgressRecord(shown.ActivityId, shown.Activity, shown.StatusDescription)
            {
                RecordType = ProgressRecordType.Completed,
            });
        }

        _shown.Clear();
    }

    public void Dispose() => _timer.Dispose();

    private void Enqueue()
    {
        if (!_queue.TryPost(Flush))
        {
            // No room: the next report tries again.
            lock (_gate)
            {
                _scheduled = false;
            }
        }
    }

    private void Flush()
    {
        ProgressRecord[] records;
        lock (_gate)
        {
            records = [.. _waiting.Values];
            _waiting.Clear();
            _scheduled = false;
            _lastShown = _clock.GetTimestamp();
        }

        foreach (var record in records)
        {
            _show(record);
            _shown[record.ActivityId] = record;
        }
    }
}
