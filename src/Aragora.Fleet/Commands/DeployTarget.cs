using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>What a deploy brings: a commit to hosts with a checkout, a version to package hosts.</summary>
/// <param name="Ref">A branch, a tag or a commit.</param>
/// <param name="Version">A version of the distribution.</param>
internal sealed record DeployTarget(string? Ref, string? Version)
{
    /// <summary>Reads what the user gave.</summary>
    /// <exception cref="FleetException">RefInvalid, VersionInvalid.</exception>
    public static DeployTarget Read(string? reference, string? commit, string? version) => new(
        (reference, commit) switch
        {
            (null, null) => null,
            ({ }, null) => GitRef.Check(reference),
            (null, { }) => GitRef.CheckCommit(commit),
            _ => throw new FleetException(
                FailureKind.RefInvalid, "-Ref and -CommitSha both say which commit.", "Give one of the two.", commit),
        },
        version is null ? null : PackageVersion.Check(version));
}
