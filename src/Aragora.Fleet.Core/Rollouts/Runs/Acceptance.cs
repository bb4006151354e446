using Aragora.Fleet.Commands;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Locks;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>
/// The end of a run that has more to see than its steps: only after the bake, the gates and the approval of its last wave
/// it is accepted. The hosts write that down, one send for 50 of them, so that one that was cut short before is known.
/// </summary>
internal sealed class Acceptance(RunServices services, ChangePlan plan)
{
    /// <summary>Whether script blocks of the user are asked, now or by an earlier attempt.</summary>
    public bool IsGated => plan.WasGated || services.HasUserGates;

    /// <summary>Whether the run is complete only once it was accepted.</summary>
    public bool IsNeeded => IsGated || plan.Gates.Approve || plan.Gates.BakeTime > TimeSpan.Zero;

    /// <summary>Lets the hosts of the run write down that it was accepted.</summary>
    public async Task WriteDownAsync(RunBook book, IHeldLock held, CancellationToken cancellationToken)
    {
        HostPlan[] hosts =
        [
            .. plan.Waves.SelectMany(wave => wave).Concat(plan.Hosts.Where(host => host.IsDone)).Except(book.Unreachable),
        ];
        var steps = new StepRunner(services.Runner, services.Log).RunAsync(
            _ => HostOperation.Accept,
            group => StepParameters.ForAccept(plan, held.Token(group[0].Target.Region)),
            hosts,
            "the acceptance",
            OwnComment.For("accept", plan.DeployId),
            cancellationToken);
        var deaf = new List<HostStep>();
        await foreach (var step in steps.ConfigureAwait(false))
        {
            if (step.Outcome != "accepted")
            {
                deaf.Add(step);
            }
        }

        services.Journal.Add("accepted", ("hosts", hosts.Length - deaf.Count), ("not", deaf.ConvertAll(step => step.Host.InstanceId)));
        if (deaf.Count > 0)
        {
            services.Notice(
                $"The run was accepted, but {deaf.Count} host(s) did not write that down, so it reads Incomplete: " +
                $"{string.Join("; ", deaf.Select(step => $"{step.Host}: {StepResult.Headline(step)}"))}. " +
                $"Resume-AragoraDeploy -DeployId {plan.DeployId} watches them once more.");
        }
    }
}
