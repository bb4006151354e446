using System.Globalization;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Drift;

/// <summary>What one host told of itself.</summary>
internal sealed record HostDrift(HostTarget Target, ResultBlock Block)
{
    /// <summary>The service runs from a Git checkout.</summary>
    public const string Git = "git";

    /// <summary>The service runs from a distribution in a virtual environment.</summary>
    public const string Package = "package";

    /// <summary>git, package or none.</summary>
    public string Mode { get; } = Block.Text("mode") ?? "none";

    /// <summary>Whether the service is laid out in a way that the module knows.</summary>
    public bool IsKnown => Mode is Git or Package;

    /// <summary>Where the service lives.</summary>
    public string Directory { get; } = Block.Text("dir") ?? "";

    /// <summary>The commit or version on disk; null where the host cannot tell.</summary>
    public string? Disk { get; } = Block.Text("mode") == Git ? Block.Commit("disk") : Block.Text("disk");

    /// <summary>What the process loaded; null where that is not known.</summary>
    public string? Running { get; } = Block.Text("mode") == Git ? Block.Commit("running") : Block.Text("running");

    /// <summary>What the process says that it is.</summary>
    public string? Named { get; } = Block.Commit("named");

    /// <summary>Whether the ledger does not tell how the release on disk came.</summary>
    public bool IsForeign => Block.Flag("foreign") != false;

    /// <summary>When the release on disk came.</summary>
    public DateTimeOffset? Came => Time("came");

    /// <summary>The digest of a layer; null where the host did not give it.</summary>
    public string? Sum(DriftKind kind) => Block.Text($"sum.{kind}");

    /// <summary>When the newest file of a layer was written.</summary>
    public DateTimeOffset? Since(DriftKind kind) => Time($"since.{kind}");

    /// <summary>What in the files of a layer has no effect, or a contrary one.</summary>
    public string? Faults(DriftKind kind) => Block.Text($"fault.{kind}");

    private DateTimeOffset? Time(string key) => DateTimeOffset.TryParse(
        Block.Text(key), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
