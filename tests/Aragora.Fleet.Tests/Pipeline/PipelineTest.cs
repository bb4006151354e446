using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Pipeline;

/// <summary>Runs bodies in a real runspace, and proves after each test that no worker is left.</summary>
public abstract class PipelineTest : IDisposable
{
    private readonly List<Task> _workers = [];

    internal EngineHost Engine { get; } =
        EngineHost.Open(interactive: true, typeof(ReadBodyCommand), typeof(EditBodyCommand));

    /// <summary>Ends when every worker has.</summary>
    protected IReadOnlyList<Task> Workers => _workers;

    public void Dispose()
    {
        Assert.All(_workers, worker => Assert.True(worker.IsCompleted, "A worker outlived its pipeline."));
        Engine.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a body available to the scripts as <c>$end</c>.</summary>
    protected void GivenEnd(Func<PipelineSink, CancellationToken, Task> body) =>
        Engine.SetVariable("end", new Func<PipelineSink, CancellationToken, Task>(
            (sink, token) => Watched(() => body(sink, token))));

    /// <summary>Makes a body available to the scripts as <c>$record</c>.</summary>
    protected void GivenRecord(Func<object?, PipelineSink, CancellationToken, Task> body) =>
        Engine.SetVariable("record", new Func<object?, PipelineSink, CancellationToken, Task>(
            (input, sink, token) => Watched(() => body(input, sink, token))));

    private async Task Watched(Func<Task> body)
    {
        var done = new TaskCompletionSource();
        lock (_workers)
        {
            _workers.Add(done.Task);
        }

        try
        {
            await body();
        }
        finally
        {
            done.SetResult();
        }
    }
}
