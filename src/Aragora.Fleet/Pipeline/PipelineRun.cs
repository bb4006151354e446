using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Errors;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>One body of a cmdlet: it works beside the pipeline thread, which does what it asks for.</summary>
internal abstract class PipelineRun : IDisposable
{
    private bool _progressRefused;

    protected PipelineRun(AsyncCmdlet cmdlet, CancellationToken stopRequested)
    {
        Cmdlet = cmdlet;
        StopRequested = stopRequested;
        Progress = new ProgressReporter(Queue, Show, cmdlet.Clock);
    }

    public PipelineQueue Queue { get; } = new();

    public ProgressReporter Progress { get; }

    public CancellationToken StopRequested { get; }

    protected AsyncCmdlet Cmdlet { get; }

    /// <summary>Runs the body to its end, on the pipeline thread.</summary>
    public abstract void Execute(Func<PipelineSink, CancellationToken, Task> body);

    /// <summary>Does what may throw because the pipeline ended early. On the pipeline thread.</summary>
    public abstract void Write(Action action);

    /// <summary>Takes a non-terminating error from the worker.</summary>
    public abstract Task FailAsync(ErrorRecord error);

    /// <summary>Says what must be seen. On the pipeline thread.</summary>
    public abstract void Notice(string message);

    public void Dispose() => Progress.Dispose();

    protected Task Start(Func<PipelineSink, CancellationToken, Task> body, CancellationToken cancellationToken)
    {
        var sink = new PipelineSink(Cmdlet, this);
        return Task.Run(
            async () =>
            {
                try
                {
                    await body(sink, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    Queue.Close();
                }
            },
            CancellationToken.None);
    }

    /// <summary>Turns the exception of a finished worker into what the pipeline gets to see.</summary>
    protected void ThrowFailure(Task worker)
    {
        try
        {
            worker.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (StopRequested.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception failure)
        {
            Cmdlet.Fail(failure);
        }
    }

    // Once the pipeline has ended the engine refuses progress records; the host still shows them.
    private void Show(ProgressRecord record)
    {
        try
        {
            if (!_progressRefused)
            {
                Cmdlet.WriteProgress(record);
                return;
            }
        }
        catch (PipelineStoppedException)
        {
            _progressRefused = true;
        }

        if (Cmdlet.ShowsProgress)
        {
            Cmdlet.Host.UI.WriteProgress(0, record);
        }
    }
}
