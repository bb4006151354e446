using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.Tests.Pipeline;

public sealed class EmissionTests : PipelineTest
{
    [Theory]
    [InlineData("Read-Body")]
    [InlineData("Edit-Body")]
    public void Emit_ManyObjects_ComeOutInOrder(string cmdlet)
    {
        GivenEnd(async (sink, _) =>
        {
            for (var i = 0; i < 3 * PipelineQueue.Capacity; i++)
            {
                await sink.EmitAsync(i);
            }
        });

        var result = Engine.Run($"{cmdlet} -End $end");

        Assert.Null(result.Exception);
        Assert.Equal(Enumerable.Range(0, 3 * PipelineQueue.Capacity), result.Values.Cast<int>());
    }

    [Fact]
    public void Records_EachBoundValue_ReachesItsOwnBody()
    {
        GivenRecord(async (input, sink, _) =>
        {
            await Task.Yield();
            await sink.EmitAsync(input!);
        });

        var result = Engine.Run("1, 2, 3 | Read-Body -Record $record");

        Assert.Equal([1, 2, 3], result.Values.Cast<int>());
    }

    [Theory]
    [InlineData("Read-Body")]
    [InlineData("Edit-Body")]
    public void Emit_DownstreamIsSlow_TheWorkerDoesNotRunAhead(string cmdlet)
    {
        var emitted = 0;
        GivenEnd(async (sink, _) =>
        {
            for (var i = 1; i <= 5; i++)
            {
                await sink.EmitAsync(i);
                emitted = i;
            }
        });
        Engine.SetVariable("emitted", new Func<int>(() => emitted));

        var result = Engine.Run($"{cmdlet} -End $end | ForEach-Object {{ $_ - $emitted.Invoke() }}");

        Assert.Equal([1, 1, 1, 1, 1], result.Values.Cast<int>());
    }

    [Fact]
    public void Post_MoreLinesThanTheQueueHolds_LosesNone()
    {
        GivenEnd((sink, _) =>
        {
            for (var i = 0; i < 5 * PipelineQueue.Capacity; i++)
            {
                sink.Verbose($"{i}");
            }

            return Task.CompletedTask;
        });

        var result = Engine.Run("Read-Body -End $end -Verbose");

        Assert.Equal(Enumerable.Range(0, 5 * PipelineQueue.Capacity).Select(i => $"{i}"), result.Verbose);
    }

    [Fact]
    public void Streams_EachHasItsOwn()
    {
        GivenEnd((sink, _) =>
        {
            sink.Verbose("v");
            sink.Debug("d");
            sink.Warning("w");
            sink.Information("i", "tag");
            sink.Notice("n");
            return Task.CompletedTask;
        });

        var result = Engine.Run("Read-Body -End $end -Verbose -Debug");

        Assert.Equal(["v"], result.Verbose);
        Assert.Equal(["d"], result.Debug);
        Assert.Equal(["w", "n"], result.Warnings);
        Assert.Equal(["i"], result.Information);
    }

    [Fact]
    public void Fail_ByDefault_IsARecordOfTheCatalogAndTheWorkGoesOn()
    {
        GivenEnd(async (sink, _) =>
        {
            await sink.FailAsync(new FleetException(FailureKind.CommandFailed, "It failed.", "Look.", "i-1"));
            await sink.EmitAsync("after");
        });

        var result = Engine.Run("Read-Body -End $end");

        var error = Assert.Single(result.Errors);
        Assert.Equal("CommandFailed,Aragora.Fleet.Tests.Pipeline.ReadBodyCommand", error.FullyQualifiedErrorId);
        Assert.Equal("i-1", error.TargetObject);
        Assert.Equal(["after"], result.Values);
    }

    [Fact]
    public async Task TwoRunspaces_AtOnce_KeepTheirOutputApart()
    {
        using var other = Hosting.EngineHost.Open(interactive: false, typeof(ReadBodyCommand));
        var both = new Barrier(2);
        Func<PipelineSink, CancellationToken, Task> Body(string mark) => async (sink, token) =>
        {
            both.SignalAndWait(TimeSpan.FromSeconds(10), token);
            for (var i = 0; i < 50; i++)
            {
                await sink.EmitAsync(mark);
            }
        };
        GivenEnd(Body("a"));
        other.SetVariable("end", Body("b"));

        var results = await Task.WhenAll(Engine.RunAsync("Read-Body -End $end"), other.RunAsync("Read-Body -End $end"));

        Assert.Equal(Enumerable.Repeat("a", 50), results[0].Values);
        Assert.Equal(Enumerable.Repeat("b", 50), results[1].Values);
    }
}
