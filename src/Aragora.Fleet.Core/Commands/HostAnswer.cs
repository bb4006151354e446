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
}
