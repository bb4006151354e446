using Aragora.Fleet.HostScripts;

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
            OwnershipRepaired = step.Block?.Text("repaired") == "1",
            Foreign = step.Block?.Text("foreign"),
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

    /// <summary>The outcome that a step's own word stands for.</summary>
    public static DeployOutcome Outcome(HostStep step) => step.Outcome switch
    {
        "deployed" => DeployOutcome.Deployed,
        "restored" => DeployOutcome.Restored,
        "current" => DeployOutcome.AlreadyCurrent,
        "reverted" => DeployOutcome.Reverted,
        "refused" or "locked" => DeployOutcome.Refused,
        "not-reached" => DeployOutcome.NotReached,
        "failed" or "revert-failed" => DeployOutcome.Failed,
        _ => DeployOutcome.Unknown,
    };

    private static string? Validation(ResultBlock? block)
    {
        if (block?.Text("seed") is not { } seed)
        {
            return null;
        }

        return $"seed_agents.py {(seed == "0" ? "ok" : $"exit {seed}")}; validate_production.py {block.Text("validate")}";
    }
}
