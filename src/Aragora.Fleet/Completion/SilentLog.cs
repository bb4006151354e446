using Aragora.Fleet.Ports;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>Tells nobody: Tab has no streams.</summary>
internal sealed class SilentLog : IFleetLog
{
    public static readonly SilentLog Instance = new();

    public void Warning(string message)
    {
    }

    public void Verbose(string message)
    {
    }

    public void Debug(string message)
    {
    }

    public void Progress(string status, int done, int total)
    {
    }
}
