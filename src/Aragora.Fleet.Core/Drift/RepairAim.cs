using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Drift;

/// <summary>What one run can do for findings, and what it cannot.</summary>
public sealed record RepairAim
{
    /// <summary>The hosts that go to the release that they should have.</summary>
    public required IReadOnlyList<IHostIdentity> Hosts { get; init; }

    /// <summary>The commit that those with a checkout should have; null where there are none.</summary>
    public string? Commit { get; init; }

    /// <summary>The version that the package hosts should have; null where there are none.</summary>
    public string? Version { get; init; }

    /// <summary>The findings that say so.</summary>
    public required IReadOnlyList<DriftFinding> Findings { get; init; }

    /// <summary>Why the other findings are not mended, one failure for each.</summary>
    public required IReadOnlyList<FleetException> Refusals { get; init; }

    /// <summary>
    /// Sorts findings. What the hosts have is looked at anew when the run is planned; what they should have is believed, where
    /// <see cref="FindingsGate"/> finds that the fleet has not left it.
    /// </summary>
    public static RepairAim Of(IReadOnlyList<DriftFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        var mendable = findings.Where(finding => Refusal(finding) is null).ToList();
        var releases = mendable.Select(finding => finding.WantedRelease!).Distinct(StringComparer.Ordinal).ToLookup(CommitId.IsFull);
        var (commits, versions) = (releases[true].ToList(), releases[false].ToList());
        var environments = mendable.Select(finding => finding.Environment).Distinct(StringComparer.Ordinal).ToList();
        var isOneRun = commits.Count <= 1 && versions.Count <= 1 && environments.Count <= 1;
        return new RepairAim
        {
            Hosts = isOneRun ? [.. mendable.DistinctBy(finding => finding.InstanceId, StringComparer.Ordinal)] : [],
            Findings = isOneRun ? mendable : [],
            Commit = isOneRun ? commits.FirstOrDefault() : null,
            Version = isOneRun ? versions.FirstOrDefault() : null,
            Refusals = [.. findings.Select(finding => Refusal(finding) ?? (isOneRun ? null : Apart(finding, [.. commits, .. versions], environments)))
                .OfType<FleetException>()],
        };
    }

    private static FleetException? Refusal(DriftFinding finding) => finding switch
    {
        { Status: DriftStatus.Unknown } => Refuse(
            finding, $"Whether it drifted is not known. {finding.Reason}", "Bring the host to answer, and test it again."),
        { Repair: DriftRepair.ByHand } => Refuse(
            finding, finding.Reason, $"No deploy mends it; by hand there: {ByHand(finding)}."),
        { WantedRelease: null } => Refuse(
            finding,
            $"Nothing says which release it should have. {finding.Reason}",
            "Test with -Ref, -CommitSha, -PackageVersion or -ReferenceInstance, and repair what that finds."),
        _ => null,
    };

    // Names, as the finding has them: what stands there is not known here, and may be a secret.
    private static string ByHand(DriftFinding finding) => finding switch
    {
        { Kind: DriftKind.PackageSet, Expected: { } expected } => $"install {expected} into the virtual environment",
        { Kind: DriftKind.Nginx, Expected: not null } => $"make {finding.Actual} as on {finding.Reference}, then nginx -t and reload",
        { Kind: DriftKind.Unit or DriftKind.DropIn, Expected: not null } =>
            $"make {finding.Actual} as on {finding.Reference}, then systemctl daemon-reload and restart",
        { Kind: DriftKind.Unit or DriftKind.DropIn, Actual: { } actual } =>
            $"correct this: {actual}; then systemctl daemon-reload and restart",
        _ => "compare it with another host, and make both the same",
    };

    private static FleetException Apart(DriftFinding finding, List<string> releases, List<string> environments) => environments.Count > 1
        ? Refuse(
            finding,
            $"The findings are of {environments.Count} environments, and a run is of one: {string.Join(", ", environments)}.",
            "Repair one environment at a time.")
        : Refuse(
            finding,
            $"The findings want {releases.Count} releases, and a run brings one commit and one version: {string.Join(", ", releases.Select(CommitId.Abbreviate))}.",
            "Repair what was found against one reference at a time.");

    private static FleetException Refuse(DriftFinding finding, string why, string action) => new(
        FailureKind.DriftNotRepairable,
        $"{new HostTarget(finding.InstanceId, finding.Name, finding.Environment, finding.Region)}, {finding.Kind}: {why}",
        action,
        finding);
}
