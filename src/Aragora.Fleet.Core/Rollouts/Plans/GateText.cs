namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>The gates of a plan in one line.</summary>
internal static class GateText
{
    public static string Of(ChangePlan plan)
    {
        var gates = plan.Gates;
        // What is only accepted runs no step.
        var hasSteps = plan.Waves.Count > 0 || !plan.HasWork;
        List<string> parts = hasSteps
            ? [$"ready within {Say(gates.ReadyTimeout)}", $"steady for {Say(gates.SettleTime)}"]
            : [];
        if (gates.BakeTime > TimeSpan.Zero)
        {
            parts.Add($"{(hasSteps ? "each wave " : "")}watched for {Say(gates.BakeTime)}");
        }

        if (gates.MinHealthy is { } floor)
        {
            var healthy = plan.Hosts.Count(host => host.Verdict == Verdict.Healthy);
            parts.Add($"at least {floor.AtLeast(plan.Hosts.Count)} Healthy ({healthy} of {plan.Hosts.Count} now)");
        }

        if (gates.MaxUnreachable.AtMost(plan.Hosts.Count) is > 0 and var most)
        {
            parts.Add($"{most} may be unreachable");
        }

        if (gates.Approve)
        {
            parts.Add($"waits {Say(gates.ApprovalTimeout)} for approval{(hasSteps ? " after wave 1" : "")}");
        }

        if (parts.Count == 0)
        {
            parts.Add("those of -Gate");
        }

        return string.Join(", ", parts);
    }

    /// <summary>A time in the unit that people would use for it.</summary>
    public static string Say(TimeSpan time) => time switch
    {
        { TotalSeconds: < 100 } => $"{Math.Ceiling(time.TotalSeconds)} s",
        { TotalMinutes: < 100 } => $"{Math.Ceiling(time.TotalMinutes)} min",
        _ => $"{Math.Ceiling(time.TotalHours)} h",
    };
}
