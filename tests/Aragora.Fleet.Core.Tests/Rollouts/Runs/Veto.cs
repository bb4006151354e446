using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>Vetoes one host, and keeps what it was asked about.</summary>
internal sealed class Veto(int number) : IDeployGate
{
    public List<DeployResult> Asked { get; } = [];

    public string Name => "veto";

    public Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
    {
        Asked.AddRange(context.Results);
        return Task.FromResult(GateFinding.Fail(
        [
            .. context.Results.Where(result => result.InstanceId == RunHarness.Id(number))
                .Select(result => new HostFault(context.Hosts[0].Target, FailureKind.GateVetoed, Name, "no")),
        ]));
    }
}
