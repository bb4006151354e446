using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts;

/// <summary>Turns a ref into one full commit id, once for a whole run, by asking the origin from a host of the fleet.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
public sealed class RefResolver(HostOperationRunner runner, FleetSettings settings)
{
    private const int MaxHostsAsked = 3;

    /// <summary>The full commit id.</summary>
    /// <param name="text">A branch, a tag, or 7 to 40 digits of a commit, already checked.</param>
    /// <param name="hosts">Hosts with a checkout; the first one that answers decides.</param>
    /// <param name="cancellationToken">Gives the question up.</param>
    /// <exception cref="FleetException">RefNotFound, or the failure of the last host asked.</exception>
    public async Task<string> ResolveAsync(
        string text, IReadOnlyList<HostTarget> hosts, CancellationToken cancellationToken)
    {
        FleetException? failure = null;
        foreach (var host in hosts.Take(MaxHostsAsked))
        {
            var answer = await AskAsync(new() { ["P_REF"] = text, ["P_LIST"] = "0" }, host, cancellationToken)
                .ConfigureAwait(false);
            if (answer.Block?.Text("sha") is { } sha)
            {
                return sha;
            }

            if (answer.Block?.Text("outcome") == "notfound")
            {
                throw NotFound(text, answer.Block.Text("reason"));
            }

            failure = answer.Failure ?? new FleetException(
                FailureKind.HostRefused,
                $"{host} could not look '{text}' up: {answer.Block?.Text("reason") ?? "no reason given"}.",
                "Check that the host reaches the origin of its checkout.",
                host);
        }

        throw failure ?? new FleetException(
            FailureKind.LayoutUnsupported,
            "No host among the targets has a Git checkout to look the ref up in.",
            "Deploy to hosts with a checkout; to package hosts with -PackageVersion.",
            text);
    }

    /// <summary>The branches and tags of the origin, newest names of git's own order, for tab completion.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(HostTarget host, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(new() { ["P_REF"] = "", ["P_LIST"] = "1" }, host, cancellationToken).ConfigureAwait(false);
        return answer.Block is { } block
            ? [.. block.Values.Where(pair => pair.Key.StartsWith("ref.", StringComparison.Ordinal))
                .Select(pair => pair.Value.Split(' ')[0])]
            : [];
    }

    private async Task<HostAnswer> AskAsync(
        Dictionary<string, string> parameters, HostTarget host, CancellationToken cancellationToken)
    {
        parameters["P_UNIT"] = settings.Unit;
        var answers = runner.RunAsync(
            HostOperation.Ref, parameters, [host], "the look-up of a ref", OwnComment.For("ref"), cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            return answer;
        }

        throw new InvalidOperationException("The runner answers for every target.");
    }

    private static FleetException NotFound(string text, string? reason) => new(
        FailureKind.RefNotFound,
        $"The origin has no branch, tag or commit '{text}'" + (reason is null ? "." : $": {reason}."),
        "Check the spelling, and that the commit is pushed.",
        text);
}
