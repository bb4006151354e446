using System.Management.Automation;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>The run of a cmdlet that only reads: whatever ends its pipeline cancels and joins its worker.</summary>
internal sealed class InterruptibleRun(AsyncCmdlet cmdlet, CancellationTokenSource cancel)
    : PipelineRun(cmdlet, cancel.Token)
{
    /// <summary>How long a cancelled worker has for its farewell: it cancels its commands at the service.</summary>
    internal static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationToken _cancelled = cancel.Token;

    public override void Execute(Func<PipelineSink, CancellationToken, Task> body)
    {
        var worker = Start(body, _cancelled);
        try
        {
            while (Queue.TryTake(_cancelled, out var item))
            {
                item.Execute();
            }
        }
        catch (OperationCanceledException) when (_cancelled.IsCancellationRequested)
        {
            Abandon(worker);
            throw new PipelineStoppedException();
        }
        catch
        {
            Abandon(worker);
            throw;
        }
        finally
        {
            Progress.Complete();
        }

        ThrowFailure(worker);
    }

    public override void Write(Action action) => action();

    public override Task FailAsync(ErrorRecord error) => Queue.AskAsync(() => Cmdlet.WriteError(error));

    public override void Notice(string message) => Cmdlet.WriteWarning(message);

    private void Abandon(Task worker)
    {
        _ = cancel.CancelAsync();
        Queue.Abandon();
        try
        {
            worker.WaitAsync(JoinTimeout, Cmdlet.Clock).GetAwaiter().GetResult();
        }
        catch (TimeoutException) when (!worker.IsCompleted)
        {
            _ = worker.ContinueWith(static late => _ = late.Exception, TaskScheduler.Default);
            Cmdlet.Host.UI.WriteWarningLine(
                $"{Cmdlet.MyInvocation.MyCommand.Name} was stopped, but its work did not end within "
                + $"{JoinTimeout.TotalSeconds:0} seconds and was left behind.");
        }
        catch
        {
            // The pipeline ends for a reason of its own, which the caller rethrows; the worker's follows from it.
        }
    }
}
