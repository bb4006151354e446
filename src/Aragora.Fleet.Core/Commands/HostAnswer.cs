using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Commands;

/// <summary>One host's answer to an operation: its result block, or why there is none.</summary>
/// <param name="Reply">The invocation.</param>
/// <param name="Block">The block; null where none arrived whole.</param>
/// <param name="Failure">Why there is no block; null where there is one. What the block says is no failure of the asking.</param>
public sealed record HostAnswer(HostReply Reply, ResultBlock? Block, FleetException? Failure)
{
    /// <summary>The host.</summary>
    public HostTarget Target => Reply.Target;

    /// <summary>Why the host would not look, such as a program that it lacks; null where it did.</summary>
    public FleetException? Refusal => Block?.Text("outcome") is null ? null : new FleetException(
        FailureKind.HostRefused,
        $"{Target} could not be looked at: {Block.Text("reason") ?? "no reason given"}.",
        "Mend on the host what the message names, or leave it out.",
        Target);

    /// <summary>Why the host has no release: it refused, or has no service of a layout that the module knows; null where it has one.</summary>
    public FleetException? NoRelease => Refusal ?? (Block?.Text("mode") is null or "git" or "package" ? null : new FleetException(
        FailureKind.LayoutUnsupported,
        Block.Text("load") == "not-found"
            ? $"{Target} has no unit {Block.Text("unit")}."
            : $"The service on {Target} runs neither from a Git checkout nor from a package (layout: {Block.Text("mode")}).",
        "Check the name of the unit, or leave this host out.",
        Target));
}
