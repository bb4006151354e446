namespace Aragora.Fleet.Drift;

/// <summary>Judges a layer of a host's configuration.</summary>
internal static class LayerJudge
{
    /// <summary>The finding; null where the host is as it should be.</summary>
    /// <param name="host">The host.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="itemsOf">What the layer of a host consists of; null where that could not be read.</param>
    public static DriftFinding? Judge(HostDrift host, Layer layer, Func<HostDrift, LayerItems?> itemsOf)
    {
        var standard = layer.For(host);
        if (host.Sum(layer.Kind) is null)
        {
            return Finding.Of(
                host.Target, layer.Kind, DriftStatus.Unknown, DriftRepair.ByHand, $"{Subject(layer.Kind)} could not be read.");
        }

        var faults = host.Faults(layer.Kind);
        var finding = Finding.Of(host.Target, layer.Kind, DriftStatus.Drifted, DriftRepair.ByHand, "") with
        {
            Since = host.Since(layer.Kind),
        };
        var sentence = faults is null ? "" : $"{char.ToUpperInvariant(faults[0])}{faults[1..]}.";
        if (standard.Value is null)
        {
            return finding with
            {
                Reference = standard.Text,
                Actual = faults,
                Reason = Join($"Of what {standard.GroupSize} hosts in {host.Directory} have, none has the majority.", sentence),
            };
        }

        if (!layer.Differs(host))
        {
            return faults is null ? null : finding with { Actual = faults, Reason = sentence };
        }

        var reference = finding with { Reference = standard.Text };
        return itemsOf(layer.HolderLike(host)) is { } items && itemsOf(layer.HolderFor(host)) is { } wanted
            ? Told(reference, items.DifferenceFrom(wanted), faults, sentence)
            : reference with
            {
                Actual = faults,
                Reason = Join($"{Subject(layer.Kind)} differs; in what could not be read.", sentence),
            };
    }

    private static DriftFinding Told(
        DriftFinding finding, (int Count, string Expected, string Actual) difference, string? faults, string sentence) => finding with
        {
            Expected = difference.Expected,
            Actual = faults is null ? difference.Actual : $"{difference.Actual}; {faults}",
            Reason = Join($"{Subject(finding.Kind)} differs in {difference.Count} place(s).", sentence),
        };

    private static string Join(string first, string second) => second.Length == 0 ? first : $"{first} {second}";

    private static string Subject(DriftKind kind) => kind switch
    {
        DriftKind.Unit => "The unit file",
        DriftKind.DropIn => "What the drop-ins set",
        DriftKind.Nginx => "The configuration of nginx",
        _ => "What is installed beside the service",
    };
}
