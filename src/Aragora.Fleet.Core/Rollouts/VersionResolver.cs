using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts;

/// <summary>Asks the index of a package host for one version, once for a whole run.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
public sealed class VersionResolver(HostOperationRunner runner, FleetSettings settings)
{
    private const int MaxHostsAsked = 3;

    /// <summary>The version as the index has it.</summary>
    /// <param name="version">The version, already checked.</param>
    /// <param name="hosts">Package hosts; the first one that answers decides.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <exception cref="FleetException">VersionNotFound, or the failure of the last host asked.</exception>
    public async Task<string> ResolveAsync(
        string version, IReadOnlyList<HostTarget> hosts, CancellationToken cancellationToken)
    {
        FleetException? failure = null;
        foreach (var host in hosts.Take(MaxHostsAsked))
        {
            var parameters = new Dictionary<string, string> { ["P_UNIT"] = settings.Unit, ["P_VERSION"] = version };
            var answers = runner.RunAsync(
                HostOperation.Package, parameters, [host], "the look-up of a version", OwnComment.For("package"),
                cancellationToken);
            await foreach (var answer in answers.ConfigureAwait(false))
            {
                if (answer.Block?.Text("version") is { } found)
                {
                    return found;
                }

                if (answer.Block?.Text("outcome") == "notfound")
                {
                    throw NotFound(version, host);
                }

                failure = answer.Failure ?? Unanswered(version, host, answer.Block?.Text("reason"));
            }
        }

        throw failure ?? new FleetException(
            FailureKind.LayoutUnsupported,
            "No host among the targets runs from a package, so there is no index to look the version up in.",
            "Give -Ref or -CommitSha for hosts with a checkout.",
            version);
    }

    private static FleetException NotFound(string version, HostTarget host) => new(
        FailureKind.VersionNotFound,
        $"The index of {host} has no aragora {version}.",
        "Check the spelling, and that the version is published to that index.",
        version);

    private static FleetException Unanswered(string version, HostTarget host, string? reason) => new(
        FailureKind.HostRefused,
        $"{host} could not look aragora {version} up: {reason ?? "no reason given"}.",
        "Check that the host reaches its package index.",
        host);
}
