using Aragora.Fleet.Commands;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.History;

/// <summary>A command of the history, with those of its hosts that are meant.</summary>
public sealed record FoundCommand
{
    /// <summary>The region that holds it.</summary>
    public required string Region { get; init; }

    /// <summary>The command.</summary>
    public required CommandProgress Command { get; init; }

    /// <summary>The hosts that are meant.</summary>
    public required IReadOnlyList<HostTarget> Targets { get; init; }

    /// <summary>Whether these are all the hosts of the command.</summary>
    public required bool IsWhole { get; init; }

    /// <summary>Whether hosts may still join: it was sent to a tag, is under way, and all its hosts are meant.</summary>
    internal bool IsGrowing => IsWhole && Command.InstanceIds.Count == 0 && InvocationStatus.IsOpen(Command.Status);

    /// <summary>Whether it is a step of this module that changes hosts, by what it wrote beside it.</summary>
    public bool IsStep => OwnComment.IsStep(Command.Comment);

    /// <summary>Whether it is a run of the user's own text by this module.</summary>
    internal bool IsRun => OwnComment.IsRun(Command.Comment);
}
