namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Which releases ran well on a host, by its ledger, as lib/point.sh finds them. No CI deploys to virtual hosts.</summary>
internal sealed class RollbackPoints
{
    private readonly Dictionary<string, Point> _points = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _before = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Point? Known, string? Before)> _was = new(StringComparer.Ordinal);

    /// <param name="lines">The ledger, oldest line first.</param>
    /// <param name="until">A time; <see cref="At"/> is what ran then.</param>
    public RollbackPoints(IReadOnlyList<LedgerLine> lines, string until)
    {
        At = "";
        for (var i = 0; i < lines.Count; i++)
        {
            var release = Change(lines[i], 2 * (i + 1));
            if (string.CompareOrdinal(lines[i].When, until) <= 0)
                At = release;
        }
    }

    /// <summary>What ran at the time asked for; empty where that is not certain.</summary>
    public string At { get; }

    /// <summary>The good releases, the one that came last first.</summary>
    public IEnumerable<Point> Good => _points.Values.Where(point => point.Worth == Worth.Good).OrderByDescending(point => point.Turn);

    /// <summary>The release that came last and stayed; one that was merely found comes after all that were verified.</summary>
    public string LastGood =>
        Good.Where(point => !point.WasLeft).OrderBy(point => !point.IsProven).FirstOrDefault()?.Commit ?? "";

    /// <summary>The releases that failed when they came last.</summary>
    public IEnumerable<Point> Failed => _points.Values.Where(point => point.Worth == Worth.Failed);

    public Point? Of(string commit) => _points.GetValueOrDefault(commit);

    /// <summary>What ran before a release.</summary>
    public string Previous(string running)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var commit = running; _before.TryGetValue(commit, out commit!) && seen.Add(commit);)
        {
            if (commit != running && _points[commit] is { Worth: Worth.Good, WasLeft: false })
                return commit;
        }

        return Good.FirstOrDefault(point => point.Commit != running && !point.WasLeft)?.Commit ?? "";
    }

    /// <summary>Takes one line in; gives what it leaves running, empty where that is not certain.</summary>
    private string Change(LedgerLine line, int turn)
    {
        var isOwn = line.Kind == "Restore" && (line.Cause.Length > 0 || _points.GetValueOrDefault(line.From)?.Deploy == line.Deploy);
        if (!isOwn)
            Find(line.From, turn);
        if (line.Kind == "Restore" && line.From != line.To)
            Leave(line);
        var release = Arrive(line, turn, isOwn);
        if (line.Kind != "Restore" && line.From != line.To)
            _before[line.To] = line.From;
        return release;
    }

    /// <summary>A change found it here, and nothing says how it came.</summary>
    private void Find(string commit, int turn)
    {
        if (_points.GetValueOrDefault(commit) is not { Worth: not Worth.Unknown })
            _points[commit] = new Point(commit, "-", "-", "before", turn - 1) { Worth = Worth.Good };
    }

    /// <summary>A way back left it: for its own failure, for the sake of others, or as somebody did not want it.</summary>
    private void Leave(LedgerLine line)
    {
        var isOfRun = _points.GetValueOrDefault(line.From)?.Deploy == line.Deploy;
        if (line.Cause == "run" && isOfRun)
            Undo(line.From);
        else if (line.Cause == "own" || isOfRun)
            Fail(line.From, line.Deploy);
        else if (line.Cause.Length == 0)
            _points[line.From] = _points[line.From] with { WasLeft = true };
    }

    private string Arrive(LedgerLine line, int turn, bool isOwn)
    {
        switch (line.Verdict)
        {
            case "deployed" or "restored" or "observed":
                // A run that takes its own change back leaves the release what it was.
                if (!isOwn || _points.GetValueOrDefault(line.To) is not { Worth: Worth.Good })
                    Come(line, turn);
                return line.To;
            case "reverted":
                Fail(line.To, line.Deploy);
                if (_points[line.From].Worth != Worth.Good)
                    _points[line.From] = new Point(line.From, "-", "-", "before", turn - 1) { Worth = Worth.Good };
                return line.From;
            default:
                Fail(line.To, line.Deploy);
                return "";
        }
    }

    private void Come(LedgerLine line, int turn)
    {
        var known = _points.GetValueOrDefault(line.To);
        if (known?.Deploy != line.Deploy)
            _was[line.To] = (known, _before.GetValueOrDefault(line.To));
        _points[line.To] = new Point(line.To, line.When, line.Deploy, line.Kind.ToLowerInvariant(), turn)
        {
            Worth = Worth.Good,
            IsProven = line.Kind != "Foreign" || known is { IsProven: true },
        };
    }

    /// <summary>It is what it was before the run that brought it last.</summary>
    private void Undo(string commit)
    {
        var (known, before) = _was[commit];
        _points[commit] = known ?? new Point(commit, "-", "-", "-", 0);
        if (before is null)
            _before.Remove(commit);
        else
            _before[commit] = before;
    }

    private void Fail(string commit, string deploy) => _points[commit] =
        (_points.GetValueOrDefault(commit) ?? new Point(commit, "-", "-", "before", 0)) with
        {
            Worth = Worth.Failed,
            IsProven = false,
            FailedIn = deploy,
        };

    /// <summary>What the ledger says of a release.</summary>
    internal enum Worth
    {
        /// <summary>Its own run alone brought it, and took it back for the sake of others.</summary>
        Unknown,

        /// <summary>It came to stay.</summary>
        Good,

        /// <summary>It failed here.</summary>
        Failed,
    }

    /// <summary>A release that ran here.</summary>
    internal sealed record Point(string Commit, string When, string Deploy, string Origin, int Turn)
    {
        public Worth Worth { get; init; }

        /// <summary>Whether this module brought it and verified it.</summary>
        public bool IsProven { get; init; }

        /// <summary>Whether somebody went back from it.</summary>
        public bool WasLeft { get; init; }

        /// <summary>The run in which it failed last; null where it never did.</summary>
        public string? FailedIn { get; init; }
    }
}
