using System.Management.Automation;
using Aragora.Fleet.PowerShell.Pipeline;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Tests.Pipeline;

public sealed class ProgressTests : PipelineTest
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Progress_InQuickSuccession_ShowsTheFirstAndThenTheNewest()
    {
        GivenProgress(async sink =>
        {
            for (var i = 1; i <= 100; i++)
            {
                sink.Progress(Record($"{i}"));
                await sink.EmitAsync(i);
            }

            _clock.Advance(ProgressReporter.Interval);
        });

        Assert.Equal(["1", "100"], Shown());
    }

    [Fact]
    public void Progress_OverTime_IsShownFourTimesASecond()
    {
        GivenProgress(async sink =>
        {
            for (var i = 0; i < 100; i++)
            {
                sink.Progress(Record($"{i}"));
                await sink.EmitAsync(i);
                _clock.Advance(TimeSpan.FromMilliseconds(25));
            }
        });

        // At once, and then ten times in 2.5 seconds.
        Assert.Equal(1 + 10, Shown().Count);
    }

    [Fact]
    public void Progress_OfTwoActivities_AreKeptApart()
    {
        GivenProgress(async sink =>
        {
            sink.Progress(Record("first"));
            await sink.EmitAsync(0);
            sink.Progress(Record("a", activity: 1));
            sink.Progress(Record("b", activity: 2));
            _clock.Advance(ProgressReporter.Interval);
        });

        Assert.Equal(["first", "a", "b"], Shown());
    }

    [Theory]
    [InlineData("Read-Body -End $end -TestClock $clock")]
    [InlineData("Edit-Body -End $end -TestClock $clock")]
    [InlineData("try { Read-Body -End $failing -TestClock $clock } catch { }")]
    [InlineData("try { Edit-Body -End $failing -TestClock $clock } catch { }")]
    [InlineData("Read-Body -End $end -TestClock $clock | Stop-Upstream")]
    public void Progress_HoweverTheWorkEnds_IsCompleted(string script)
    {
        GivenProgress(ShowOne);
        Func<PipelineSink, CancellationToken, Task> failing = async (sink, _) =>
        {
            await ShowOne(sink);
            throw new FormatException();
        };
        Engine.SetVariable("failing", failing);

        Engine.Run(script);

        Assert.Equal(
            [ProgressRecordType.Processing, ProgressRecordType.Completed],
            Engine.Screen.Progress.Select(record => record.RecordType));

        static async Task ShowOne(PipelineSink sink)
        {
            sink.Progress(Record("one"));
            await sink.EmitAsync(1);
        }
    }

    [Fact]
    public void Log_Progress_IsAPercentageOfTheTotal()
    {
        GivenProgress(async sink =>
        {
            var log = new PipelineLog(sink, "Checking health");
            log.Progress("3 of 4 answered", 3, 4);
            await sink.EmitAsync(0);
            _clock.Advance(ProgressReporter.Interval);
            log.Progress("started", 0, 0);
        });

        Engine.Run("Read-Body -End $end -TestClock $clock");

        Assert.Equal(
            [("Checking health", "3 of 4 answered", 75), ("Checking health", "started", -1)],
            Engine.Screen.Progress.SkipLast(1)
                .Select(record => (record.Activity, record.StatusDescription, record.PercentComplete)));
    }

    private static ProgressRecord Record(string status, int activity = 0) => new(activity, "Working", status);

    private void GivenProgress(Func<PipelineSink, Task> body)
    {
        GivenEnd((sink, _) => body(sink));
        Engine.SetVariable("clock", _clock);
    }

    private List<string> Shown()
    {
        Engine.Run("Read-Body -End $end -TestClock $clock");
        return [.. Engine.Screen.Progress
            .Where(record => record.RecordType == ProgressRecordType.Processing)
            .Select(record => record.StatusDescription)];
    }
}
