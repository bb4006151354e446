using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>Makes results of steps.</summary>
internal static class StepResult
{
    public static DeployResult Of(ChangePlan plan, HostStep step, int wave, DeployOutcome outcome) =>
        Of(plan, step.Host, outcome) with
        {
            Wave = wave,
            RunningCommit = step.Block?.Text("running"),
            Phase = step.Succeeded ? null : step.Block?.Text("phase"),
            Reason = step.Succeeded ? null : step.Block?.Text("reason") ?? step.Failure?.Message,
            ReadyTime = step.Block?.Number("ready_ms") is { } ms ? TimeSpan.FromMilliseconds(ms) : null,
            Duration = step.Reply.Finished - step.Reply.Started,
            Stash = step.Block?.Text("stash"),
            OwnershipRepaired = step.Block?.Flag("repaired") == true,
            Foreign = step.Block?.Text("foreign"),
            Proxy = step.Block?.Text("proxy"),
            InitDatabase = Answer(step.Block?.Text("initdb")),
            PipCheck = Answer(step.Block?.Text("pipcheck")),
            Validation = Validation(step.Block),
            CommandId = step.Reply.CommandId,
        };

    public static DeployResult Of(ChangePlan plan, HostPlan host, DeployOutcome outcome) => new()
    {
        InstanceId = host.Target.InstanceId,
        Name = host.Target.Name,
        Environment = host.Target.Environment,
        Region = host.Target.Region,
        DeployId = plan.DeployId,
        Outcome = outcome,
        From = host.From,
        To = host.To,
    };

    /// <summary>A host that an earlier attempt brought to the target.</summary>
    public static DeployResult OfDone(ChangePlan plan, HostPlan host) =>
        Of(plan, host, Arrived(plan)) with { RunningCommit = host.To };

    /// <summary>The same result, with what an earlier step of the run found on the host and this one could not find again.</summary>
    public static DeployResult WithFindingsOf(this DeployResult result, HostStep? earlier) => result with
    {
        Stash = earlier?.Block?.Text("stash") ?? result.Stash,
        Foreign = earlier?.Block?.Text("foreign") ?? result.Foreign,
        OwnershipRepaired = result.OwnershipRepaired || earlier?.Block?.Flag("repaired") == true,
    };

    /// <summary>The outcome that a step's own word stands for.</summary>
    public static DeployOutcome Outcome(ChangePlan plan, HostStep step) => step.Outcome switch
    {
        "deployed" => DeployOutcome.Deployed,
        "restored" => DeployOutcome.Restored,
        "current" => step.HadNothingToDo ? DeployOutcome.AlreadyCurrent : Arrived(plan),
        "reverted" => DeployOutcome.Reverted,
        "refused" or "locked" or "fenced" or "moved" => step.Untouched ? DeployOutcome.Refused : DeployOutcome.Failed,
        "not-reached" when step.Untouched => DeployOutcome.NotReached,
        "failed" or "revert-failed" => DeployOutcome.Failed,
        _ => DeployOutcome.Unknown,
    };

    /// <summary>How a host ended that is where the run was to bring it.</summary>
    public static DeployOutcome Arrived(ChangePlan plan) =>
        plan.Kind == RolloutKind.Deploy ? DeployOutcome.Deployed : DeployOutcome.Restored;

    /// <summary>
    /// Why a step failed, in one line: of a reason that quotes the journal its beginning, and the last words of the
    /// service, which say what it died of.
    /// </summary>
    public static string Headline(HostStep step)
    {
        var reason = step.Block?.Text("reason") ?? step.Failure?.Message ?? "no reason given";
        var lines = reason.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length < 2)
        {
            return reason.TrimEnd('.');
        }

        var unit = $"{step.Block?.Text("unit")}.service";
        var lastWords = lines.Skip(1).LastOrDefault(line => !line.Contains(unit, StringComparison.Ordinal)) ?? lines[^1];
        var quote = lines[0].IndexOf("): ", StringComparison.Ordinal);
        return $"{(quote > 0 ? lines[0][..(quote + 1)] : lines[0])}: {lastWords}".TrimEnd('.');
    }

    /// <summary>An exit code and the words after it, as people read them.</summary>
    private static string? Answer(string? answer)
    {
        if (answer is null)
        {
            return null;
        }

        var (code, words) = answer.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
            ? (answer[..space], answer[space..].TrimEnd())
            : (answer, "");
        return $"{(code == "0" ? "ok" : $"exit {code}")}{(words.Length > 0 ? ":" : "")}{words}";
    }

    private static string? Validation(ResultBlock? block)
    {
        if (block?.Text("seed") is not { } seed)
        {
            return null;
        }

        return $"seed_agents.py {(seed == "0" ? "ok" : $"exit {seed}")}; validate_production.py {block.Text("validate")}";
    }
}
