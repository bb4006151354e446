using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>Asks the gates one after the other; the first refusal ends the run.</summary>
internal sealed class GateList(RunServices services, ChangePlan plan, RunBook book, IReadOnlyList<IDeployGate> gates)
{
    public Task<FleetException?> BeforeRunAsync(CancellationToken cancellationToken) => AskAsync(
        new GateContext
        {
            Plan = plan, Moment = GateMoment.BeforeRun, Wave = 0, Hosts = [.. plan.Waves.SelectMany(wave => wave)],
        },
        cancellationToken);

    public Task<FleetException?> BeforeWaveAsync(int index, CancellationToken cancellationToken) => AskAsync(
        new GateContext
        {
            Plan = plan, Moment = GateMoment.BeforeWave, Wave = plan.WaveNumber(index), Hosts = plan.Waves[index],
        },
        cancellationToken);

    public Task<FleetException?> AfterWaveAsync(
        int number, IReadOnlyList<TouchedHost> done, CancellationToken cancellationToken)
    {
        return done.Count == 0 ? Task.FromResult<FleetException?>(null) : AskAsync(
            new GateContext
            {
                Plan = plan,
                Moment = GateMoment.AfterWave,
                Wave = number,
                Hosts = [.. done.Select(host => host.Plan)],
                Results =
                [
                    .. done.Select(host => host.Step is { } step
                        ? StepResult.Of(plan, step, number, StepResult.Outcome(plan, step))
                        : StepResult.OfDone(plan, host.Plan)),
                ],
            },
            cancellationToken);
    }

    private async Task<FleetException?> AskAsync(GateContext context, CancellationToken cancellationToken)
    {
        foreach (var gate in gates)
        {
            var finding = await FindAsync(gate, context, cancellationToken).ConfigureAwait(false);
            foreach (var fault in finding.Faults)
            {
                book.Fail(fault);
            }

            if (finding.Refusal is { } refusal)
            {
                services.Journal.Add("gate", ("gate", gate.Name), ("wave", context.Wave), ("refusal", refusal.Message));
                return refusal;
            }
        }

        return null;
    }

    private static async Task<GateFinding> FindAsync(
        IDeployGate gate, GateContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await gate.CheckAsync(context, cancellationToken).ConfigureAwait(false);
        }
        catch (FleetException e)
        {
            return GateFinding.Refuse(e);
        }
    }
}
