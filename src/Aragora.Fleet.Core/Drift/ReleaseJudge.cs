using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Drift;

/// <summary>Judges what lies on a host's disk and what runs there.</summary>
internal static class ReleaseJudge
{
    /// <summary>The finding of a layer; null where the host is as it should be.</summary>
    public static DriftFinding? Judge(HostDrift host, DriftKind kind, Standard standard)
    {
        var finding = kind switch
        {
            DriftKind.Release => Release(host, standard),
            DriftKind.Running => Running(host),
            _ => Dirty(host),
        };
        return finding is null ? null : finding with
        {
            Reference = standard.Text, WantedRelease = standard.Value, DiskRelease = host.Disk,
        };
    }

    private static DriftFinding? Release(HostDrift host, Standard standard)
    {
        if (host.Disk is not { } disk)
        {
            return Unknown(host, DriftKind.Release, $"What lies in {host.Directory} could not be read.");
        }

        if (disk == standard.Value)
        {
            return null;
        }

        var finding = Drifted(host, DriftKind.Release, standard.Value, disk, host.Came) with { By = By(host), DeployId = Deploy(host) };
        return finding with
        {
            Reason = standard.Value is null
                ? $"Holds {CommitId.Abbreviate(disk)}, and of the releases of {standard.GroupSize} hosts none has the majority."
                : $"Holds {CommitId.Abbreviate(disk)}, not {CommitId.Abbreviate(standard.Value)}{Foreign(host)}.",
        };
    }

    private static DriftFinding? Running(HostDrift host)
    {
        var (disk, running, named) = (host.Disk, host.Running, host.Named);
        if (disk is not null && running is null && host.Mode != HostDrift.Git && host.Block.Text("active") == "active")
        {
            return Drifted(host, DriftKind.Running, disk, "not known", host.Came) with
            {
                Reason = "The package was changed after the service started: what it runs is not known.",
            };
        }

        if (disk is null || running is null)
        {
            return Unknown(
                host,
                DriftKind.Running,
                $"What runs is not known: the unit is {host.Block.Text("active") ?? "not to be read"}, and the process does not tell.");
        }

        if (running != disk)
        {
            return Drifted(host, DriftKind.Running, disk, running, host.Came) with
            {
                By = By(host),
                DeployId = Deploy(host),
                Reason = $"Runs {CommitId.Abbreviate(running)}, but {CommitId.Abbreviate(disk)} lies on disk{Foreign(host)}.",
            };
        }

        return named is null || named == running || host.Mode != HostDrift.Git
            ? null
            : Drifted(host, DriftKind.Running, running, named, host.Came) with
            {
                Reason = $"Says that it runs {CommitId.Abbreviate(named)}, but loaded {CommitId.Abbreviate(running)}: " +
                    "ARAGORA_BUILD_SHA is stale.",
            };
    }

    private static DriftFinding? Dirty(HostDrift host)
    {
        // A package has no tree of its own that could differ.
        if (host.Mode != HostDrift.Git)
        {
            return null;
        }

        if (host.Block.Number("dirty") is not { } count)
        {
            return Unknown(host, DriftKind.Dirty, $"Whether files in {host.Directory} were changed could not be read.");
        }

        return count == 0
            ? null
            : Drifted(host, DriftKind.Dirty, "no local changes", Files(host, count), host.Since(DriftKind.Dirty)) with
            {
                Reason = $"{count} file(s) in {host.Directory} differ from the commit; a deploy stashes them.",
            };
    }

    private static string Files(HostDrift host, long count) => host.Block.Text("dirty.files") ?? $"{count} file(s)";

    private static string? By(HostDrift host) => host.IsForeign ? null : host.Block.Text("by");

    private static string? Deploy(HostDrift host) => host.IsForeign ? null : host.Block.Text("deploy");

    private static string Foreign(HostDrift host) => host.IsForeign ? "; the ledger does not tell how that came, so it is foreign" : "";

    private static DriftFinding Drifted(
        HostDrift host, DriftKind kind, string? expected, string actual, DateTimeOffset? since) =>
        Finding.Of(host.Target, kind, DriftStatus.Drifted, DriftRepair.Deploy, "") with
        {
            Expected = expected, Actual = actual, Since = since,
        };

    private static DriftFinding Unknown(HostDrift host, DriftKind kind, string reason) =>
        Finding.Of(host.Target, kind, DriftStatus.Unknown, DriftRepair.Deploy, reason);
}
