using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Health;

/// <summary>One host of a wait: whether it is being asked, and since when it is well.</summary>
internal sealed class AwaitedHost(HostTarget target, HealthWait wait, TimeProvider time)
{
    private bool _isAsked;
    private HealthReport? _last;
    private long? _wellSince;
    private TimeSpan _wellFor;

    public HostTarget Target => target;

    /// <summary>Marks the host as asked; false where it still owes an answer.</summary>
    public bool Ask()
    {
        var wasIdle = !_isAsked;
        _isAsked = true;
        return wasIdle;
    }

    /// <summary>Takes an answer; true where the host is well for long enough.</summary>
    public bool IsWell(HealthReport report)
    {
        var isSame = (_last?.MainProcessId, _last?.RestartCount) == (report.MainProcessId, report.RestartCount);
        (_isAsked, _last) = (false, report);
        var isEnough = report.Verdict == Verdict.Healthy || (report.Verdict == Verdict.Degraded && wait.AllowDegraded);
        _wellSince = !isEnough ? null : isSame ? _wellSince ?? time.GetTimestamp() : time.GetTimestamp();
        _wellFor = _wellSince is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero;
        return isEnough && _wellFor >= wait.Stable;
    }

    /// <summary>The host as it was last, and that it was given up.</summary>
    public (HealthReport Report, FleetException Failure) GiveUp()
    {
        var state = _last is null ? "it gave no answer"
            : _wellSince is not null ? $"it is {_last.Verdict}, for {_wellFor:hh\\:mm\\:ss} only"
            : $"it is {_last.Verdict}: {_last.Reason.TrimEnd('.')}";
        var failure = new FleetException(
            FailureKind.HealthWaitTimedOut,
            $"{target} was not {(wait.AllowDegraded ? "serving" : "Healthy")} within {wait.Timeout}" +
            $"{(wait.Stable > TimeSpan.Zero ? $" for {wait.Stable}" : "")}: {state}.",
            "Read the Reason and the Endpoints of the last report; wait longer with -Timeout only if the host is on its way.",
            target);
        return (_last ?? HealthService.Unknown(target, failure), failure);
    }
}
