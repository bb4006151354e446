using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Reads what a host told of itself into what the user should know before it is changed.</summary>
internal static class PreflightWarnings
{
    public static IReadOnlyList<PlanWarning> Of(ResultBlock block)
    {
        List<PlanWarning> warnings = [];
        if (block.Number("dirty") is > 0 and var dirty)
        {
            Add(PlanWarningKind.LocalChanges, $"{dirty} file(s) changed locally, to be stashed");
        }

        if (block.Text("branch") == "detached")
        {
            Add(PlanWarningKind.DetachedHead, "detached HEAD");
        }

        if (block.Text("mode") == "package" && block.Text("active") == "active" && block.Text("running") is null)
        {
            Add(PlanWarningKind.RunningUnknown, "the package was changed after the service started: what it runs is not known");
        }

        if (block.Release("running") is { } running && block.Release("disk") is { } disk && running != disk)
        {
            Add(PlanWarningKind.DiskDiffers, $"{CommitId.Abbreviate(disk)} lies on disk");
        }

        Read("owner", PlanWarningKind.WrongOwner, "{0} has another owner, to be repaired");
        Read("clash", PlanWarningKind.ContradictingDropIns, "{0}");
        Read("envfile", PlanWarningKind.EnvironmentFileOverrides, "overridden by {0}");
        Read("watchdog", PlanWarningKind.Watchdog, "{0} restarts the service by itself");
        Read("unfinished", PlanWarningKind.UnfinishedStep, "the step {0} has no outcome");
        return warnings;

        void Add(PlanWarningKind kind, string text) => warnings.Add(new PlanWarning(kind, text));

        void Read(string key, PlanWarningKind kind, string form)
        {
            if (block.Text(key) is { } value)
            {
                Add(kind, form.Replace("{0}", value, StringComparison.Ordinal));
            }
        }
    }
}
