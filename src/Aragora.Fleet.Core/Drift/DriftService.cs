using System.Security.Cryptography;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Drift;

/// <summary>
/// Compares hosts layer by layer. The first question brings a digest of each layer from all of them; what a layer consists of
/// is asked of one host for each variant of it only.
/// </summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
public sealed class DriftService(HostOperationRunner runner, FleetSettings settings)
{
    private const int SaltBytes = 16;

    private static readonly DriftKind[] s_layers = [DriftKind.Unit, DriftKind.DropIn, DriftKind.Nginx, DriftKind.PackageSet];

    /// <summary>Compares the hosts.</summary>
    /// <exception cref="FleetException">RefNotFound, or the failure of the named host: there is nothing to compare with.</exception>
    public async Task<DriftReport> TestAsync(
        IReadOnlyList<HostTarget> targets, DriftQuestion question, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(question);
        var salt = Convert.ToHexString(RandomNumberGenerator.GetBytes(SaltBytes));
        var told = await AskAsync(targets, question, salt, cancellationToken).ConfigureAwait(false);
        var hosts = targets.Select(target => told[target.InstanceId].Host).OfType<HostDrift>().ToList();
        var named = question.Host is { } host ? told[host.InstanceId].Host ?? throw told[host.InstanceId].Failure! : null;
        if (named is not null && Unreadable(named, question.Kinds) is { } lacking)
        {
            throw new FleetException(
                FailureKind.LayoutUnsupported,
                $"{named.Target} cannot be what the others are held to: {lacking} could not be read there.",
                "Name another host with -ReferenceInstance, or leave it out to go by the majority.",
                named.Target);
        }

        var commit = await ResolveAsync(question.Ref, hosts, cancellationToken).ConfigureAwait(false);
        var releases = new ReleaseStandards(question, commit, hosts, named, targets.Count - hosts.Count);
        var layers = question.Kinds.Intersect(s_layers).Select(kind => new Layer(kind, hosts, named, targets.Count - hosts.Count)).ToList();
        var items = await AskItemsAsync(layers, hosts, salt, cancellationToken).ConfigureAwait(false);

        var findings = targets.SelectMany(target =>
        {
            var (drift, failure) = told[target.InstanceId];
            return drift is null
                ? [(Unanswered(target, failure!, question.Kinds), failure)]
                : Judge(drift, question, releases, layers, items).Select(finding => (finding, (FleetException?)null));
        });
        return new DriftReport([.. findings], Alone(hosts, releases, layers, named));
    }

    /// <summary>What hosts have now, by instance id; without those that do not tell.</summary>
    internal async Task<Dictionary<string, HostDrift>> LookAsync(IReadOnlyList<HostTarget> targets, CancellationToken cancellationToken)
    {
        var question = new DriftQuestion { Kinds = [DriftKind.Release] };
        var told = await AskAsync(targets, question, salt: "", cancellationToken).ConfigureAwait(false);
        return told.Values.Select(answer => answer.Host).OfType<HostDrift>()
            .ToDictionary(host => host.Target.InstanceId, StringComparer.Ordinal);
    }

    /// <summary>The finding of a host that could not be asked.</summary>
    public static DriftFinding Unanswered(HostTarget target, FleetException failure, IReadOnlyList<DriftKind> kinds) => Finding.Of(
        target, kinds[0], DriftStatus.Unknown, DriftRepair.Deploy, $"Nothing is known of the host: {failure.Message}");

    private static IEnumerable<DriftFinding> Judge(
        HostDrift host,
        DriftQuestion question,
        ReleaseStandards releases,
        List<Layer> layers,
        Dictionary<(HostDrift, DriftKind), LayerItems> items)
    {
        if (!host.IsKnown)
        {
            return
            [
                Finding.Of(
                    host.Target,
                    question.Kinds[0],
                    DriftStatus.Unknown,
                    DriftRepair.Deploy,
                    $"There is no service of a known layout: the unit is {host.Block.Text("load") ?? "not to be read"}."),
            ];
        }

        return question.Kinds
            .Select(kind => layers.Find(layer => layer.Kind == kind) is { } layer
                ? LayerJudge.Judge(host, layer, holder => items.GetValueOrDefault((holder, kind)))
                : ReleaseJudge.Judge(host, kind, releases.For(host)) is { } finding
                    ? finding with { ReferenceInstanceId = releases.HoldersFor(host) }
                    : null)
            .OfType<DriftFinding>();
    }

    private async Task<Dictionary<string, (HostDrift? Host, FleetException? Failure)>> AskAsync(
        IReadOnlyList<HostTarget> targets, DriftQuestion question, string salt, CancellationToken cancellationToken)
    {
        var asked = targets.Concat(question.Host is { } host ? [host] : [])
            .DistinctBy(target => target.InstanceId, StringComparer.Ordinal).ToList();
        var told = new Dictionary<string, (HostDrift?, FleetException?)>(StringComparer.Ordinal);
        var running = runner.RunAsync(
            HostOperation.Drift,
            Parameters(salt, question.Kinds.Intersect(s_layers)),
            asked,
            "the drift check",
            OwnComment.For("drift"),
            cancellationToken);
        await foreach (var answer in running.ConfigureAwait(false))
        {
            told[answer.Target.InstanceId] = Read(answer);
        }

        return told;
    }

    private async Task<string?> ResolveAsync(string? text, List<HostDrift> hosts, CancellationToken cancellationToken)
    {
        var checkouts = hosts.Where(host => host.Mode == HostDrift.Git).Select(host => host.Target).ToList();
        return text is null || checkouts.Count == 0
            ? null
            : await new RefResolver(runner, settings).ResolveAsync(text, checkouts, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Dictionary<(HostDrift Host, DriftKind Kind), LayerItems>> AskItemsAsync(
        List<Layer> layers, List<HostDrift> hosts, string salt, CancellationToken cancellationToken)
    {
        var wanted = layers
            .SelectMany(layer => hosts.Where(host => host.IsKnown && layer.Differs(host))
                .SelectMany(host => (HostDrift[])[layer.HolderLike(host), layer.HolderFor(host)])
                .Select(host => (Host: host, layer.Kind)))
            .Distinct()
            .ToList();
        var items = new Dictionary<(HostDrift, DriftKind), LayerItems>();
        if (wanted.Count == 0)
        {
            return items;
        }

        var byId = wanted.Select(pair => pair.Host).Distinct().ToDictionary(host => host.Target.InstanceId, StringComparer.Ordinal);
        var running = runner.RunAsync(
            HostOperation.Items,
            Parameters(salt, wanted.Select(pair => pair.Kind).Distinct()),
            [.. byId.Values.Select(host => host.Target)],
            "the look at what differs",
            OwnComment.For("items"),
            cancellationToken);
        await foreach (var answer in running.ConfigureAwait(false))
        {
            var host = byId[answer.Target.InstanceId];
            foreach (var (_, kind) in wanted.Where(pair => pair.Host == host && answer.Block is not null))
            {
                if (LayerItems.Read(kind, answer.Block!.Rest, salt, host.Sum(kind)!) is { } read)
                {
                    items[(host, kind)] = read;
                }
            }
        }

        return items;
    }

    private Dictionary<string, string> Parameters(string salt, IEnumerable<DriftKind> layers) => new()
    {
        ["P_UNIT"] = settings.Unit,
        ["P_SALT"] = salt,
        ["P_KINDS"] = string.Join(' ', layers),
    };

    private static (HostDrift? Host, FleetException? Failure) Read(HostAnswer answer) => answer switch
    {
        { Block: null } => (null, answer.Failure),
        { Refusal: { } refusal } => (null, refusal),
        { Block: { } block } => (new HostDrift(answer.Target, block), null),
    };

    // What is installed is compared among hosts of one release, and one of another release has a finding for that.
    private static string[] Alone(List<HostDrift> hosts, ReleaseStandards releases, List<Layer> layers, HostDrift? named) =>
    [
        .. layers.Find(layer => layer.Kind != DriftKind.PackageSet) is { } layer
            ? hosts.Where(host => host.IsKnown && layer.For(host) is { GroupSize: 1 } standard && standard.Text != named?.Target.Name)
                .Select(Alone)
            : hosts.Where(host => host.IsKnown && releases.For(host).GroupSize == 1)
                .Select(host => $"{host.Target} is the only {(host.Mode == HostDrift.Git ? "checkout" : "package host")} among those " +
                    "that answered: its release was compared with that of no other."),
    ];

    private static string? Unreadable(HostDrift host, IReadOnlyList<DriftKind> kinds) =>
        !host.IsKnown ? "the layout of its service"
        : host.Disk is null ? "its release"
        : kinds.Intersect(s_layers).Where(kind => host.Sum(kind) is null).Select(kind => $"its {kind}").FirstOrDefault();

    private static string Alone(HostDrift host) =>
        $"{host.Target} is the only host with a {(host.Mode == HostDrift.Git ? "checkout" : "package")} in {host.Directory} " +
        "among those that answered: its configuration was compared with that of no other.";
}
