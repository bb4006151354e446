using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>What a deploy brings: a commit to hosts with a checkout, a version to package hosts.</summary>
/// <param name="Ref">A branch, a tag or a commit.</param>
/// <param name="Version">A version of the distribution.</param>
internal sealed record DeployTarget(string? Ref, string? Version)
{
    /// <summary>Reads what the user gave.</summary>
    /// <exception cref="Failures.FleetException">RefInvalid, VersionInvalid.</exception>
    public static DeployTarget Read(string? reference, string? commit, string? version) => new(
        commit is not null ? GitRef.CheckCommit(commit) : reference is not null ? GitRef.Check(reference) : null,
        version is null ? null : PackageVersion.Check(version));
}
