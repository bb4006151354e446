using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace Aragora.Fleet.Aws;

/// <summary>Which step of a document tells how it went on a host: a document may have several.</summary>
internal static class DecisiveStep
{
    // The agent's words for a step that its preconditions, or the platform, left out. It counts as a success, with code 0.
    private const string Skipped = "Step execution skipped";

    private static readonly CommandPluginStatus[] s_bad =
        [CommandPluginStatus.Failed, CommandPluginStatus.TimedOut, CommandPluginStatus.Cancelled];

    /// <summary>The first step that did not succeed, else the last that ran; null where there is none.</summary>
    public static CommandPlugin? Of(IReadOnlyList<CommandPlugin> steps) =>
        steps.FirstOrDefault(step => s_bad.Contains(step.Status))
        ?? steps.LastOrDefault(HasRun)
        ?? (steps.Count > 0 ? steps[0] : null);

    private static bool HasRun(CommandPlugin step) =>
        step.ResponseCode is { } code && code != -1 && step.Output?.StartsWith(Skipped, StringComparison.Ordinal) != true;
}
