namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Which releases ran well on a host, by its ledger, as lib/point.sh finds them. No CI deploys to virtual hosts.</summary>
internal sealed class RollbackPoints
{
    private readonly Dictionary<string, Point> _points = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _before = new(StringComparer.Ordinal);

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
    public IEnumerable<Point> Good => _points.Values.Where(point => point.IsGood).OrderByDescending(point => point.Turn);

    /// <summary>The release that came last and stayed; one that was merely found comes after all others.</summary>
    public string LastGood =>
        Good.Where(point => !point.WasLeft).OrderBy(point => point.Origin == "before").FirstOrDefault()?.Commit ?? "";

    public Point? Find(string commit) => _points.GetValueOrDefault(commit);

    /// <summary>What ran before a release.</summary>
    public string Previous(string running)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var commit = running; _before.TryGetValue(commit, out commit!) && seen.Add(commit);)
        {
            if (commit != running && _points[commit] is { IsGood: true, WasLeft: false })
                return commit;
        }

        return Good.FirstOrDefault(point => point.Commit != running && !point.WasLeft)?.Commit ?? "";
    }

    /// <summary>Takes one line in; gives what it leaves running, empty where that is not certain.</summary>
    private string Change(LedgerLine line, int turn)
    {
        var from = _points.TryGetValue(line.From, out var known)
            ? known
            : _points[line.From] = new Point(line.From, "-", "-", "before", turn - 1) { IsGood = true };
        var isWayBack = line.Kind == "Restore";
        var takesItselfBack = isWayBack && from.Deploy == line.Deploy;
        if (isWayBack && line.From != line.To)
            (from.IsGood, from.WasLeft) = takesItselfBack ? (false, from.WasLeft) : (from.IsGood, true);
        else if (!isWayBack && line.From != line.To)
            _before[line.To] = line.From;

        var isGood = line.Verdict is "deployed" or "restored" or "observed";
        if (isGood && !(takesItselfBack && _points.GetValueOrDefault(line.To)?.IsGood == true))
            _points[line.To] = new Point(line.To, line.When, line.Deploy, line.Kind.ToLowerInvariant(), turn) { IsGood = true };
        else if (!isGood)
            (_points.GetValueOrDefault(line.To) ?? (_points[line.To] = new Point(line.To, "-", "-", "before", turn))).IsGood = false;
        if (line.Verdict == "reverted")
            from.IsGood = true;
        return isGood ? line.To : line.Verdict == "reverted" ? line.From : "";
    }

    /// <summary>A release that ran here.</summary>
    internal sealed record Point(string Commit, string When, string Deploy, string Origin, int Turn)
    {
        public bool IsGood { get; set; }

        /// <summary>Whether somebody went back from it.</summary>
        public bool WasLeft { get; set; }
    }
}
