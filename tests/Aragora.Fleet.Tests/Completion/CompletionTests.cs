using System.Management.Automation;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Tests.Completion;

public sealed class CompletionTests : IDisposable
{
    private readonly EngineHost _engine = EngineHost.Open(interactive: false, typeof(FindSampleCommand));

    public CompletionTests()
    {
        // Its time stands still: patience has no end.
        SampleCompleter.Time = new FakeTimeProvider();
        SampleCompleter.Source = () => Task.FromResult<IReadOnlyList<CompletionCandidate>>(
            [new("api-1", "running, us-east-1a"), new("api 2", ""), new("it's", ""), new("a$b", ""), new("web;1", "")]);
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("", "api-1|'api 2'|'it''s'|'a$b'|'web;1'")]
    [InlineData("API", "api-1|'api 2'")]
    [InlineData("*2", "'api 2'")]
    [InlineData("'api", "'api-1'|'api 2'")]
    [InlineData("\"a", "\"api-1\"|\"api 2\"|\"a`$b\"")]
    [InlineData("zzz", "")]
    public void Tab_OffersWhatMatches_QuotedAsNeeded(string typed, string expected) =>
        Assert.Equal(expected, string.Join('|', Complete(typed).Select(match => match.CompletionText)));

    [Fact]
    public void Tab_ShowsPlainTextAndToolTip()
    {
        var match = Complete("api-")[0];

        Assert.Equal(("api-1", "running, us-east-1a"), (match.ListItemText, match.ToolTip));
    }

    [Fact]
    public void Tab_SourceFails_OffersNothing()
    {
        SampleCompleter.Source = () => throw new InvalidOperationException("No network.");

        Assert.Empty(Complete(""));
    }

    [Fact]
    public void Tab_SourceIsSlow_OffersNothingAtFirstAndItsAnswerOnTheNextTab()
    {
        SampleCompleter.Time = TimeProvider.System;
        var answer = new TaskCompletionSource<IReadOnlyList<CompletionCandidate>>();
        SampleCompleter.Source = () => answer.Task;

        Assert.Empty(Complete(""));
        answer.SetResult([new("late", "")]);

        Assert.Equal("late", Assert.Single(Complete("")).CompletionText);
    }

    [Fact]
    public void Tab_Again_AsksTheSourceOnceUntilItsAnswerIsOld()
    {
        var clock = new FakeTimeProvider();
        SampleCompleter.Time = clock;
        var asked = 0;
        SampleCompleter.Source = () =>
        {
            asked++;
            return Task.FromResult<IReadOnlyList<CompletionCandidate>>([new("api-1", "")]);
        };

        Complete("a");
        Complete("api");
        Assert.Equal(1, asked);

        clock.Advance(FleetCompleter.Freshness + TimeSpan.FromSeconds(1));
        Complete("api");
        Assert.Equal(2, asked);
    }

    // The engine falls back to file names where a completer offers nothing: only parameter values count.
    private List<CompletionResult> Complete(string typed)
    {
        var script = $"Find-Sample -Name {typed}".Replace("'", "''", StringComparison.Ordinal);
        var result = _engine.Run($"TabExpansion2 '{script}' {"Find-Sample -Name ".Length + typed.Length}");
        Assert.Empty(result.Errors);
        return [.. ((CommandCompletion)result.Output[0].BaseObject).CompletionMatches
            .Where(match => match.ResultType == CompletionResultType.ParameterValue)];
    }
}

/// <summary>Offers what the test at hand gives it.</summary>
internal sealed class SampleCompleter : FleetCompleter
{
    public static Func<Task<IReadOnlyList<CompletionCandidate>>> Source { get; set; } = null!;

    public static TimeProvider Time { get; set; } = null!;

    protected override TimeProvider Clock => Time;

    protected override Task<IReadOnlyList<CompletionCandidate>> FindAsync(
        PowerShell.Session.FleetConnection? connection) => Source();
}

/// <summary>A cmdlet to complete.</summary>
[Cmdlet(VerbsCommon.Find, "Sample")]
public sealed class FindSampleCommand : PSCmdlet
{
    [Parameter]
    [ArgumentCompleter(typeof(SampleCompleter))]
    public string? Name { get; set; }
}
