namespace Aragora.Fleet.Rollouts.History;

/// <summary>What one host says of a run.</summary>
internal sealed record RunPart(HostHistory Answer, HostRun Run)
{
    public HostTarget Target => Answer.Target;

    /// <summary>
    /// Whether the run had nothing to do there: it ran what it should, and was in no wave or still does. A host in a wave of a
    /// repair may do so and not be in order: its step alone tells.
    /// </summary>
    public bool Stayed => Run.State == HostRunState.NotStarted && Run.From == Run.To &&
        (Run.Wave is null || (!Run.MendsDrift && Answer.Running == Run.To && Answer.Disk == Run.To));

    /// <summary>Whether the host is neither where the run found it nor where the run was to bring it.</summary>
    public bool MovedOn => Now is { } now && new[] { Run.From, Run.To }.All(end => end != now && end != Answer.Disk);

    /// <summary>Whether the host runs, and has on disk, what the run found there.</summary>
    public bool IsWhereItWas => Answer.Running == Run.From && Answer.Disk == Run.From;

    /// <summary>How the run left the host.</summary>
    public HostRunState Left => Stayed ? HostRunState.Done : Run.State;

    /// <summary>How the run stands there, with what later runs made of it.</summary>
    public HostRunState State => WasReturned ? HostRunState.Back : Left;

    /// <summary>What became of the host since.</summary>
    public HostSince Since => WasReturned && Left != HostRunState.Back ? HostSince.TakenBack
        : Now is null ? HostSince.Unknown
        : !IsAsLeft ? HostSince.MovedOn
        : Answer.Running is null ? HostSince.Unknown
        : HostSince.AsLeft;

    private bool IsAsLeft => Left switch
    {
        HostRunState.Done => Now == Run.To,
        HostRunState.Back or HostRunState.NotStarted => Now == Run.From,
        _ => !MovedOn,
    };

    private bool WasReturned => !Stayed && Run.IsReturned && Run.State is not (HostRunState.NotStarted or HostRunState.Running);

    private string? Now => Answer.Running ?? Answer.Disk;
}
