using System.Management.Automation;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.Tests.Pipeline;

/// <summary>A cmdlet whose work is given to it by a test.</summary>
public abstract class BodyCommand : AsyncCmdlet
{
    /// <summary>What it does for each record.</summary>
    [Parameter]
    public Func<object?, PipelineSink, CancellationToken, Task>? Record { get; set; }

    /// <summary>What it does after the last record.</summary>
    [Parameter]
    public Func<PipelineSink, CancellationToken, Task>? End { get; set; }

    [Parameter]
    public TimeProvider? TestClock { get; set; }

    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    protected internal override TimeProvider Clock => TestClock ?? base.Clock;

    private object? Bound { get; set; }

    protected override void OnRecord() => Bound = InputObject;

    protected override Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken) =>
        Record?.Invoke(Bound, sink, cancellationToken) ?? Task.CompletedTask;

    protected override Task EndAsync(PipelineSink sink, CancellationToken cancellationToken) =>
        End?.Invoke(sink, cancellationToken) ?? Task.CompletedTask;
}

/// <summary>A cmdlet that reads.</summary>
[Cmdlet(VerbsCommunications.Read, "Body", SupportsShouldProcess = true)]
public sealed class ReadBodyCommand : BodyCommand;

/// <summary>A cmdlet that changes hosts.</summary>
[Cmdlet(VerbsData.Edit, "Body", SupportsShouldProcess = true)]
public sealed class EditBodyCommand : BodyCommand
{
    protected override bool RunsToEndState => true;
}
