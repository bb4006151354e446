namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>One thing that only the pipeline thread may do, and the acknowledgement that it was done.</summary>
internal sealed class PipelineItem(Action action)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the item was executed; cancelled when it never will be.</summary>
    public Task Done => _done.Task;

    public void Execute()
    {
        try
        {
            action();
        }
        catch
        {
            Cancel();
            throw;
        }

        _done.TrySetResult();
    }

    public void Cancel() => _done.TrySetCanceled();
}
