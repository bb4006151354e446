using System.Globalization;
using System.Runtime.CompilerServices;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Versions;

/// <summary>Asks hosts what release they hold and run, and finds the ones that differ.</summary>
/// <param name="runner">Runs operations on hosts.</param>
/// <param name="settings">The unit's name.</param>
public sealed class VersionService(HostOperationRunner runner, FleetSettings settings)
{
    /// <summary>
    /// Streams one row for each target. Rows are held back only until one release has the majority of all targets, or those of
    /// checkouts not at all where a reference is given. Each layout has a majority of its own.
    /// </summary>
    /// <param name="targets">The hosts.</param>
    /// <param name="reference">The full commit id to compare with; null for the majority.</param>
    /// <param name="cancellationToken">Gives the read up.</param>
    public async IAsyncEnumerable<(HostVersion Version, FleetException? Failure)> GetAsync(
        IReadOnlyList<HostTarget> targets, string? reference, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string> { ["P_UNIT"] = settings.Unit, ["P_SECTIONS"] = "version" };
        var answers = runner.RunAsync(
            HostOperation.Probe, parameters, targets, "the version check", OwnComment.For("version"), cancellationToken);
        var checkouts = (Drift: new DriftReference(targets.Count, reference), Held: new List<(HostVersion, FleetException?)>());
        var packages = (Drift: new DriftReference(targets.Count, null), Held: new List<(HostVersion, FleetException?)>());
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            var version = Read(answer);
            var (drift, held) = version.Mode == HostDrift.Package ? packages : checkouts;
            drift.Count(version);
            held.Add((version, answer.Failure ?? answer.NoRelease));
            if (drift.Release is not null)
            {
                foreach (var (row, failure) in held)
                {
                    yield return (drift.Judge(row), failure);
                }

                held.Clear();
            }
        }

        foreach (var (drift, held) in new[] { checkouts, packages })
        {
            drift.Close();
            foreach (var (row, failure) in held)
            {
                yield return (drift.Judge(row), failure);
            }
        }
    }

    /// <summary>The row of a host that could not be asked.</summary>
    public static HostVersion Unknown(HostTarget target, FleetException failure) => new()
    {
        InstanceId = target.InstanceId,
        Name = target.Name,
        Environment = target.Environment,
        Region = target.Region,
        DriftReason = failure.Message,
    };

    private static HostVersion Read(HostAnswer answer)
    {
        if (answer.Block is not { } block || answer.NoRelease is not null)
        {
            return Unknown(answer.Target, answer.Failure ?? answer.NoRelease!);
        }

        return new HostVersion
        {
            InstanceId = answer.Target.InstanceId,
            Name = answer.Target.Name,
            Environment = answer.Target.Environment,
            Region = answer.Target.Region,
            Mode = block.Text("mode"),
            DiskCommit = block.Commit("disk"),
            RunningCommit = block.Commit("running"),
            NamedCommit = block.Commit("named"),
            Branch = block.Text("branch"),
            CommitDate = DateTimeOffset.TryParse(
                block.Text("committed"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at)
                ? at
                : null,
            PackageVersion = block.Text("package"),
            DiskVersion = Version(block, "disk"),
            RunningVersion = Version(block, "running"),
            DirtyFileCount = (int?)block.Number("dirty"),
        };
    }

    private static string? Version(ResultBlock block, string key) => block.Commit(key) is null ? block.Release(key) : null;
}
