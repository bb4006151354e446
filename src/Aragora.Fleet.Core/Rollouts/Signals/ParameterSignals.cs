using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Rollouts.Signals;

/// <summary>Signals as parameters, beside the fleet lock of the run.</summary>
/// <param name="store">Holds them.</param>
/// <param name="environment">The environment of the run.</param>
/// <param name="regions">The regions of the run: a signal may be in any of them.</param>
public sealed class ParameterSignals(IParameterStore store, string environment, IReadOnlyList<string> regions)
    : IDeploySignals
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeploySignal>> ReadAsync(string deployId, CancellationToken cancellationToken)
    {
        var stored = await ListAsync(deployId, cancellationToken).ConfigureAwait(false);
        return [.. stored.OrderBy(signal => signal.Parameter.Modified).Select(Read).OfType<DeploySignal>().Distinct()];
    }

    /// <summary>Tells a run something. Said again, it counts from then.</summary>
    public Task SendAsync(string deployId, DeploySignal signal, CancellationToken cancellationToken)
    {
        var name = $"{LockPath.Signals(environment, deployId)}/{signal.Kind}";
        var value = StoredJson.Write(signal);
        return Task.WhenAll(regions.Select(region =>
            store.PutAsync(region, name, value, ParameterWrite.Replace, cancellationToken)));
    }

    /// <inheritdoc/>
    public async Task ClearAsync(string deployId, bool keepApproval, CancellationToken cancellationToken)
    {
        var stored = await ListAsync(deployId, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(stored.Where(signal => !keepApproval || Read(signal)?.Kind != DeploySignalKind.Approve).Select(signal =>
            store.DeleteAsync(signal.Region, signal.Parameter.Name, cancellationToken))).ConfigureAwait(false);
    }

    private static DeploySignal? Read((string Region, StoredParameter Parameter) stored)
    {
        var name = stored.Parameter.Name[(stored.Parameter.Name.LastIndexOf('/') + 1)..];
        return Enum.TryParse(name, out DeploySignalKind kind) && kind.ToString() == name
            && StoredJson.Read<DeploySignal>(stored.Parameter.Value) is { } signal
            ? new DeploySignal(kind, signal.Who ?? "", signal.Reason ?? "")
            : null;
    }

    private async Task<IEnumerable<(string Region, StoredParameter Parameter)>> ListAsync(
        string deployId, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(regions.Select(async region =>
        {
            try
            {
                var listing = await store
                    .ListAsync(region, LockPath.Signals(environment, deployId), cancellationToken).ConfigureAwait(false);
                return listing.Items.Select(parameter => (region, parameter));
            }
            catch (FleetException e) when (e.Kind == FailureKind.AccessDenied)
            {
                // Whoever may not read them may not be told anything: such a run has no fleet lock either.
                return [];
            }
        })).ConfigureAwait(false);
        return lists.SelectMany(list => list);
    }
}
