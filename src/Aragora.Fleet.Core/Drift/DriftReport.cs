using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Drift;

/// <summary>What became of a test of drift.</summary>
/// <param name="Findings">
/// One for each host and layer that differs, host by host; with the failure of a host that could not be asked.
/// </param>
/// <param name="Notes">Hosts whose configuration could be compared with that of no other.</param>
public sealed record DriftReport(
    IReadOnlyList<(DriftFinding Finding, FleetException? Failure)> Findings, IReadOnlyList<string> Notes);
