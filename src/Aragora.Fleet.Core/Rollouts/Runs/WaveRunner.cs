using Aragora.Fleet.Commands;
using Aragora.Fleet.Locks;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>Runs the step of one wave, and puts down how each host ended.</summary>
internal sealed class WaveRunner(RunServices services, ChangePlan plan, Movement movement, RunBook book, IHeldLock held)
{
    private readonly StepRunner _steps = new(services.Runner, services.Log);

    public async Task RunAsync(int index, CancellationToken cancellationToken)
    {
        var wave = plan.Waves[index];
        var number = plan.WaveNumber(index);
        var done = plan.Waves.Take(index).Sum(w => w.Count);
        var total = plan.Waves.Sum(w => w.Count);
        var title = $"wave {number} of {plan.WaveNumber(plan.Waves.Count - 1)}";
        services.Log.Progress($"{title}: {string.Join(", ", wave.Select(host => host.Target.Name))}", done, total);
        services.Journal.Add("wave", ("number", number), ("hosts", wave.Select(host => host.Target.InstanceId).ToList()));
        var steps = _steps.RunAsync(
            movement.OperationFor,
            hosts => movement.Parameters(services.Settings, plan, hosts, held.Token(hosts[0].Target.Region)),
            wave,
            movement.Noun,
            OwnComment.For(movement.Comment, $"{plan.DeployId} wave {number} {plan.Reason}"),
            cancellationToken);
        await foreach (var step in steps.ConfigureAwait(false))
        {
            book.Take(step, number);
            services.Log.Progress($"{title}: {step.Host.Target.Name} {step.Outcome}", ++done, total);
        }
    }
}
