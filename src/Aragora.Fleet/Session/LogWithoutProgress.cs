using Aragora.Fleet.Ports;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>A log that leaves the progress to someone else.</summary>
internal sealed class LogWithoutProgress(IFleetLog log) : IFleetLog
{
    public void Warning(string message) => log.Warning(message);

    public void Verbose(string message) => log.Verbose(message);

    public void Debug(string message) => log.Debug(message);

    public void Progress(string status, int done, int total)
    {
    }
}
