using System.Management.Automation;
using System.Reflection;

namespace Aragora.Fleet.Tests.Hosting;

/// <summary>Passes some objects on and then ends the pipeline as <c>Select-Object -First</c> does.</summary>
[Cmdlet(VerbsLifecycle.Stop, "Upstream")]
public sealed class StopUpstreamCommand : PSCmdlet
{
    private int _taken;

    /// <summary>How many objects are let through.</summary>
    [Parameter(Position = 0)]
    public int First { get; set; } = 1;

    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        WriteObject(InputObject);
        if (++_taken >= First)
        {
            throw CreateStop();
        }
    }

    // The engine's own exception type is internal.
    private Exception CreateStop()
    {
        var type = typeof(PSCmdlet).Assembly.GetType(
            "System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!;
        var constructor = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)[0];
        return (Exception)constructor.Invoke([this]);
    }
}
