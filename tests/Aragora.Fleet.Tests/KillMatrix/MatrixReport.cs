using System.Globalization;
using Aragora.Fleet.Sandboxes;
using Aragora.Fleet.Tests.Hosting;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>Tells each round as it ends, in <c>artifacts/kill-matrix.log</c>, and all of them in a table at the end.</summary>
internal sealed class MatrixReport(ITestOutputHelper output)
{
    private static readonly string s_log = Path.Combine(RepositoryRoot.Path, "artifacts/kill-matrix.log");

    private readonly object _gate = new();
    private readonly List<(MatrixRound Round, string Moment, string End, double Seconds)> _rows = [];
    private readonly List<string> _wrong = [];

    /// <summary>What went wrong, by round.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <param name="round">The round.</param>
    /// <param name="moment">What the deploy was at.</param>
    /// <param name="end">How it was found, and how it ended.</param>
    /// <param name="seconds">How long the recovery took.</param>
    /// <param name="wrong">What is not as it should be.</param>
    /// <param name="words">What the clients said.</param>
    public void Add(MatrixRound round, string moment, string end, double seconds, IReadOnlyList<string> wrong, string words)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {round.Name} ({moment}) {end}, {seconds:0} s");
        var details = string.Join('\n', [.. wrong.Select(fault => $"WRONG: {fault}"), words]);
        var text = $"{line}\n  {details.Replace("\n", "\n  ", StringComparison.Ordinal)}\n";
        lock (_gate)
        {
            _rows.Add((round, moment, end, seconds));
            if (wrong.Count > 0)
                _wrong.Add(text);
            output.WriteLine(text);
            File.AppendAllText(s_log, text);
        }
    }

    /// <summary>The rounds of clients that were killed by what they were at, those of hosts that suffered by phase and fault.</summary>
    public void Summarize()
    {
        string[] lines = [.. Kills(), "", .. Sufferings(), "", $"{_rows.Count} rounds, {_wrong.Count} wrong"];
        var text = string.Join('\n', lines);
        output.WriteLine(text);
        File.AppendAllText(s_log, text + "\n");
    }

    private IEnumerable<string> Kills() => _rows.Where(row => row.Round.Kind is null)
        .GroupBy(row => (row.Moment, row.End)).OrderBy(rows => rows.Key)
        .Select(rows => string.Create(
            CultureInfo.InvariantCulture,
            $"| {rows.Key.Moment} | {rows.Key.End} | {rows.Count()} | {rows.Max(row => row.Seconds):0} |"))
        .Prepend("|---|---|---|---|").Prepend("| moment | found, way: end | count | longest recovery, s |");

    private IEnumerable<string> Sufferings()
    {
        var kinds = _rows.Select(row => row.Round.Kind).OfType<SandboxFaultKind>().Distinct().Order().ToList();
        return _rows.Where(row => row.Round.Kind is not null)
            .GroupBy(row => row.Round.Phase)
            .Select(rows => Line(rows.Key, kinds.Select(kind => rows.Where(row => row.Round.Kind == kind)
                .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.End}, {row.Seconds:0} s")).FirstOrDefault())))
            .Prepend(Line("---", kinds.Select(_ => "---"))).Prepend(Line("phase", kinds.Select(kind => $"{kind}")));
    }

    private static string Line(string first, IEnumerable<string?> cells) => $"| {string.Join(" | ", [first, .. cells])} |";
}
