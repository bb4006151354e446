using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>Carries items from the worker to the pipeline thread. Bounded: the worker cannot run ahead.</summary>
internal sealed class PipelineQueue
{
    internal const int Capacity = 64;

    private readonly Channel<PipelineItem> _channel =
        Channel.CreateBounded<PipelineItem>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>Returns when the pipeline thread has executed the action.</summary>
    /// <exception cref="OperationCanceledException">The pipeline ended first; the action was not executed.</exception>
    public async Task AskAsync(Action action)
    {
        var item = new PipelineItem(action);
        try
        {
            await _channel.Writer.WriteAsync(item).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new OperationCanceledException("The pipeline has ended.", closed);
        }

        await item.Done.ConfigureAwait(false);
    }

    /// <summary>Queues the action and waits for nothing but room, so that no line is lost.</summary>
    public void Post(Action action)
    {
        var item = new PipelineItem(action);
        while (!_channel.Writer.TryWrite(item))
        {
            // Blocks a worker thread, never the pipeline thread, which makes the room or closes the queue.
            if (!_channel.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
            {
                return;
            }
        }
    }

    /// <summary>Queues the action if there is room.</summary>
    public bool TryPost(Action action) => _channel.Writer.TryWrite(new PipelineItem(action));

    /// <summary>Blocks until there is an item; false when the queue is closed and empty.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public bool TryTake(CancellationToken cancellationToken, [NotNullWhen(true)] out PipelineItem? item)
    {
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_channel.Reader.TryRead(out item))
            {
                return true;
            }
        }
        while (_channel.Reader.WaitToReadAsync(cancellationToken).AsTask().GetAwaiter().GetResult());

        return false;
    }

    /// <summary>No more items come.</summary>
    public void Close() => _channel.Writer.TryComplete();

    /// <summary>No item is executed any more: everyone who waits for one is told.</summary>
    public void Abandon()
    {
        Close();
        while (_channel.Reader.TryRead(out var item))
        {
            item.Cancel();
        }
    }
}
