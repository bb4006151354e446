using System.Globalization;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts.History;

/// <summary>Reads what history.sh answers.</summary>
internal static class HistoryReader
{
    private const string RecordPrefix = "record.";

    public static HostHistory Read(HostAnswer answer)
    {
        var target = answer.Target;
        if (answer.Block is not { } block)
        {
            return new HostHistory { Target = target, Failure = answer.Failure };
        }

        if (block.Text("outcome") is not null)
        {
            return new HostHistory { Target = target, Failure = Refused(target, block) };
        }

        return new HostHistory
        {
            Target = target,
            Running = block.Release("running"),
            Disk = block.Release("disk"),
            Previous = block.Release("previous"),
            LastGood = block.Release("lastgood"),
            StateFileDoubt = block.Text("ci.doubt"),
            LedgerBegins = block.Text("ledger.begins") is { } begins ? Time(begins) : null,
            At = block.Text("at") is { } at ? Point(target, block, at) : null,
            FailedSince = block.Release("at.failed"),
            UndoneSince = block.Release("at.undone"),
            Failed = Lines(block, "failed.").Select(line => line.Split(' ')).Where(words => words.Length == 2)
                .DistinctBy(words => words[0]).ToDictionary(words => words[0], words => words[1], StringComparer.Ordinal),
            Points = [.. Lines(block, "point.").Select(line => Point(target, block, line)).OfType<RollbackPoint>()],
            Runs = [.. Lines(block, "deploy.").Select(Run).OfType<HostRun>()],
            Record = block.Values.Where(pair => pair.Key.StartsWith(RecordPrefix, StringComparison.Ordinal))
                .ToDictionary(pair => pair.Key[RecordPrefix.Length..], pair => pair.Value, StringComparer.Ordinal),
            StepPhase = block.Text("step.phase"),
            StepReason = block.Text("step.reason"),
        };
    }

    private static IEnumerable<string> Lines(ResultBlock block, string prefix)
    {
        for (var i = 0; block.Text(prefix + i.ToString(CultureInfo.InvariantCulture)) is { } line; i++)
        {
            yield return line;
        }
    }

    private static RollbackPoint? Point(HostTarget target, ResultBlock block, string line) =>
        line.Split(' ') is not [var commit, var when, var have, var deploy, var origin] ? null : new RollbackPoint
        {
            InstanceId = target.InstanceId,
            Name = target.Name,
            Environment = target.Environment,
            Region = target.Region,
            CommitSha = commit,
            When = Time(when),
            Source = Enum.TryParse<RollbackPointSource>(origin, ignoreCase: true, out var source) ? source : default,
            DeployId = Known(deploy),
            IsAvailable = have == "1",
            IsPrevious = commit == block.Text("previous"),
            IsLastGood = commit == block.Text("lastgood"),
        };

    private static HostRun? Run(string line) =>
        line.Split(' ') is not [var id, var kind, var when, var from, var to, var word, var after, var wave] ? null : new HostRun
        {
            DeployId = id,
            Kind = Known(kind),
            When = Time(when),
            From = Known(from),
            To = Known(to),
            State = State(kind, word),
            Wave = int.TryParse(wave, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
            IsUnaccepted = after == "unaccepted",
            // Where a run found a host that was to have what it had, and is done, no later one can bring it back.
            IsReturned = after == "returned" && (from != to || State(kind, word) != HostRunState.Done),
        };

    private static HostRunState State(string kind, string word) => word switch
    {
        "claimed" or "refused" or "locked" or "fenced" => HostRunState.NotStarted,
        "running" => HostRunState.Running,
        "deployed" or "current" => HostRunState.Done,
        "restored" => kind == "Restore" ? HostRunState.Done : HostRunState.Back,
        "reverted" => HostRunState.Back,
        "failed" or "revert-failed" => HostRunState.Failed,
        _ => HostRunState.Unknown,
    };

    private static string? Known(string text) => text == "-" ? null : text;

    private static DateTimeOffset? Time(string text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? time
        : null;

    // Of a host that lacks what it takes to look the layout is not known.
    private static FleetException Refused(HostTarget target, ResultBlock block) => new(
        block.Text("outcome") != "refused" ? FailureKind.ResultUnreadable
            : block.Text("mode") is not (null or "git" or "package") ? FailureKind.LayoutUnsupported
            : FailureKind.HostRefused,
        $"{target} tells nothing of its past: {block.Text("reason") ?? "no reason given"}.",
        "Leave this host out.",
        target);
}
