using System.Management.Automation;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>The domain's log on the streams of a cmdlet.</summary>
/// <param name="sink">Leads to the pipeline.</param>
/// <param name="activity">What the progress is of, such as <c>Checking health</c>.</param>
internal sealed class PipelineLog(PipelineSink sink, string activity) : IFleetLog
{
    public void Warning(string message) => sink.Warning(message);

    public void Verbose(string message) => sink.Verbose(message);

    public void Debug(string message) => sink.Debug(message);

    public void Progress(string status, int done, int total) =>
        sink.Progress(new ProgressRecord(0, activity, status)
        {
            PercentComplete = total > 0 ? Math.Clamp((int)(100L * done / total), 0, 100) : -1,
        });
}
