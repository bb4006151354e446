using System.Globalization;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>
/// Takes every host of a plan for the run, before the first is changed: the host records the run and its fencing token,
/// and looks once more whether the plan still holds. One send for 50 hosts. Hosts that need no change are taken as well, so
/// that an older run, which may want to change them, is refused there too.
/// </summary>
internal sealed class Claim(
    RunServices services, ChangePlan plan, Movement movement, RunBook book, IHeldLock held, Acceptance acceptance)
{
    /// <summary>Claims the hosts. Those that are not reached are left out, as far as the plan allows.</summary>
    /// <returns>The plan of what is left, or why nothing is begun.</returns>
    public async Task<(ChangePlan Plan, FleetException? Refusal)> RunAsync(CancellationToken cancellationToken)
    {
        var hosts = Hosts;
        services.Log.Progress($"claiming {hosts.Length} host(s)", 0, hosts.Length);
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        var refusals = new List<HostStep>();
        await foreach (var step in SendAsync(hosts, LeftOutHosts.Of(plan.LeftOut), cancellationToken).ConfigureAwait(false))
        {
            Sort(step, claimed, refusals);
        }

        services.Journal.Add(
            "claim", ("claimed", claimed.Count), ("refused", refusals.ConvertAll(step => step.Host.Target.InstanceId)),
            ("unreachable", book.Unreachable.Select(host => host.Target.InstanceId).ToList()));
        var left = plan with
        {
            Waves = [.. plan.Waves.Select(wave => wave.Where(host => claimed.Contains(host.Target.InstanceId)).ToList())
                .Where(wave => wave.Count > 0)],
        };
        var refusal = Refusal(refusals);
        if (refusal is null && plan.Attempt == 1 && claimed.Count > 0 && claimed.Count < hosts.Length)
        {
            await NameLostAsync(
                Array.FindAll(hosts, host => claimed.Contains(host.InstanceId)),
                Array.FindAll(hosts, host => !claimed.Contains(host.InstanceId)),
                cancellationToken).ConfigureAwait(false);
        }

        return (left, refusal);
    }

    private IAsyncEnumerable<HostStep> SendAsync(HostPlan[] hosts, LeftOutHosts leftOut, CancellationToken cancellationToken) =>
        new StepRunner(services.Runner, services.Log).RunAsync(
            _ => HostOperation.Claim,
            group => StepParameters.ForClaim(
                services.Settings, plan, group, held.Token(group[0].Target.Region), Record(hosts.Length, leftOut)),
            hosts,
            "the claim",
            OwnComment.For("claim", plan.DeployId),
            cancellationToken);

    // Which hosts are lost is known only when the others are taken: these are claimed once more, with that in their record. A
    // host of an earlier attempt has a record of its own.
    private async Task NameLostAsync(HostPlan[] claimed, HostPlan[] lost, CancellationToken cancellationToken)
    {
        var steps = SendAsync(claimed, LeftOutHosts.Of(plan.LeftOut.Concat(lost)), cancellationToken);
        await foreach (var step in steps.ConfigureAwait(false))
        {
            if (step.Outcome != "claimed")
            {
                services.Log.Verbose($"{step.Host} does not keep which hosts were lost: {StepResult.Headline(step)}");
            }
        }
    }

    private HostPlan[] Hosts => [.. plan.Hosts.Where(host => host.Obstacle is null)];

    private void Sort(HostStep step, HashSet<string> claimed, List<HostStep> refusals)
    {
        if (step.Outcome == "claimed" || (step.Host.IsCurrent && IsFencedOnly(step)))
        {
            claimed.Add(step.Host.Target.InstanceId);
        }
        else if (step.Block is null && IsUnreachable(step.Reply.Status))
        {
            book.LeaveOut(step.Host, step.Failure?.Message);
        }
        else
        {
            refusals.Add(step);
            book.Tell(StepResult.Of(plan, step, 0, DeployOutcome.Refused) with { Wave = null });
        }
    }

    // The fence comes first, so a host that needs no change may lack what a change would need; but the token it must have.
    private static bool IsFencedOnly(HostStep step) =>
        step.Outcome == "refused" && step.Block?.Text("phase") is not (null or "lock" or "fence");

    // A claim changes nothing of the service, so a host that may have run it without our hearing of it is as it was.
    private static bool IsUnreachable(ReplyStatus status) => status is ReplyStatus.Undeliverable or ReplyStatus.Refused
        or ReplyStatus.DeliveryTimedOut or ReplyStatus.NoReply or ReplyStatus.Terminated or ReplyStatus.NotSent;

    private FleetException? Refusal(List<HostStep> refusals)
    {
        if (refusals.Count > 0)
        {
            var why = refusals.Select(step => $"{step.Host} ({step.Outcome}): {StepResult.Headline(step)}");
            var (kind, action) = Kind(refusals);
            return new FleetException(
                kind,
                $"{refusals.Count} of {Hosts.Length} host(s) refused {movement.Noun}, so nothing was begun. " +
                $"{string.Join("; ", why)}.",
                action,
                refusals.ConvertAll(step => step.Host.Target));
        }

        return book.IsBeyondBudget ? RunFailures.Unreachable(
            plan, [.. book.Unreachable.Select(host => (host.Target, book.Results.First(result => result.InstanceId == host.InstanceId).Reason))]) : null;
    }

    private static (FailureKind Kind, string Action) Kind(List<HostStep> refusals) => refusals[0].Outcome switch
    {
        "locked" => (FailureKind.HostLocked, "Wait until the other step has ended, then run it again."),
        "fenced" => (FailureKind.HostFenced, "Another run holds the fleet: see Get-AragoraFleetLock, and plan anew after it."),
        "moved" => (FailureKind.PlanStale, "Look at what changed with Get-AragoraFleetVersion, and plan anew."),
        _ => (FailureKind.HostRefused, "Clear what the Reason of the results names, then run it again."),
    };

    /// <summary>What a resumption needs, from any machine.</summary>
    private Dictionary<string, string> Record(int hosts, LeftOutHosts leftOut)
    {
        static string Seconds(TimeSpan span) => Math.Ceiling(span.TotalSeconds).ToString(CultureInfo.InvariantCulture);

        var gates = plan.Gates;
        return new()
        {
            ["kind"] = plan.MendsDrift ? RunRecord.Repair : movement.Kind.ToString(),
            ["wanted"] = plan.Wanted,
            ["hosts"] = $"{Math.Max(hosts, plan.EarlierHosts)}",
            ["onfailure"] = plan.OnFailure.ToString(),
            ["ready"] = Seconds(gates.ReadyTimeout),
            ["settle"] = Seconds(gates.SettleTime),
            ["bake"] = Seconds(gates.BakeTime),
            ["minhealthy"] = gates.MinHealthy?.ToString() ?? "",
            ["maxfailure"] = gates.MaxFailure.ToString(),
            ["maxunreachable"] = gates.MaxUnreachable.ToString(),
            ["gated"] = acceptance.IsGated ? "1" : "0",
            ["accept"] = acceptance.IsNeeded ? "1" : "0",
            ["approve"] = gates.Approve ? "1" : "0",
            ["approvaltimeout"] = Seconds(gates.ApprovalTimeout),
            ["attempt"] = $"{plan.Attempt}",
            ["leftout"] = $"{plan.EarlierLeftOut ?? leftOut}",
        };
    }
}
