using Aragora.Fleet.Ports;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>Which hosts an embedded fleet has.</summary>
internal static class SandboxChoice
{
    private const int FallbackHosts = 4;

    /// <summary>
    /// What was asked for. Where live hosts cannot run and nobody asked for them by their number, virtual ones take their
    /// place, so that a newcomer gets a fleet on any system; the warning says so.
    /// </summary>
    /// <param name="liveHosts">How many live hosts were asked for; null where nobody did.</param>
    /// <param name="virtualHosts">How many virtual hosts were asked for; null where nobody did.</param>
    /// <param name="whyNoLiveHosts">Why this machine cannot run live ones; null where it can.</param>
    public static (SandboxOptions Options, string? Warning) Of(
        int? liveHosts, int? virtualHosts, string? whyNoLiveHosts) => (liveHosts, virtualHosts) switch
    {
        (_, { } count) => (new SandboxOptions { VirtualHostCount = count }, null),
        ({ } count, _) => (new SandboxOptions { HostCount = count }, null),
        _ when whyNoLiveHosts is null => (new SandboxOptions(), null),
        _ => (
            new SandboxOptions { VirtualHostCount = FallbackHosts },
            $"{whyNoLiveHosts} The fleet has {FallbackHosts} virtual hosts instead: they answer from a model."),
    };
}
