using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Tests.Pipeline;

public sealed class ConfirmationTests : PipelineTest
{
    public static TheoryData<string> Cmdlets { get; } = ["Read-Body", "Edit-Body"];

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Confirm_Unasked_IsYes(string cmdlet)
    {
        GivenQuestions(1);

        var result = Engine.Run($"{cmdlet} -End $end");

        Assert.Equal([true], result.Values.Cast<bool>());
        Assert.Empty(Engine.Screen.Questions);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Confirm_WhatIf_IsNoAndSaysWhat(string cmdlet)
    {
        GivenQuestions(1);

        var result = Engine.Run($"{cmdlet} -End $end -WhatIf");

        Assert.Equal([false], result.Values.Cast<bool>());
        var line = Assert.Single(Engine.Screen.Lines);
        Assert.Contains("\"Change\" on target \"host 1\"", line, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Confirm_NoToAll_AsksOnce(string cmdlet)
    {
        GivenQuestions(3);
        Engine.Screen.Answer = labels => labels.Single(label => label == "No to A&ll");

        var result = Engine.Run($"{cmdlet} -End $end -Confirm");

        Assert.Equal([false, false, false], result.Values.Cast<bool>());
        Assert.Single(Engine.Screen.Questions);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Confirm_HostCannotAsk_IsConfirmationUnavailable(string cmdlet)
    {
        using var engine = Hosting.EngineHost.Open(
            interactive: false, typeof(ReadBodyCommand), typeof(EditBodyCommand));
        Func<PowerShell.Pipeline.PipelineSink, CancellationToken, Task> body =
            async (sink, _) => await sink.ConfirmAsync("host 1", "Change");
        engine.SetVariable("end", body);

        var error = engine.RunToFailure($"{cmdlet} -End $end -Confirm").TerminatingError!;

        var failure = Assert.IsType<FleetException>(error.Exception);
        Assert.Equal(FailureKind.ConfirmationUnavailable, failure.Kind);
        Assert.Contains("-Confirm:$false", failure.Action, StringComparison.Ordinal);
        Assert.Equal("host 1", error.TargetObject);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Confirm_HostCannotAsk_EndsTheScript(string cmdlet)
    {
        using var engine = Hosting.EngineHost.Open(
            interactive: false, typeof(ReadBodyCommand), typeof(EditBodyCommand));
        Func<PowerShell.Pipeline.PipelineSink, CancellationToken, Task> body =
            async (sink, _) => await sink.ConfirmAsync("host 1", "Change");
        engine.SetVariable("end", body);

        var result = engine.Run($"{cmdlet} -End $end -Confirm; 'went on'");

        Assert.Empty(result.Output);
        Assert.Equal("ConfirmationUnavailable", result.TerminatingError!.FullyQualifiedErrorId.Split(',')[0]);
    }

    /// <summary>As the console host of pwsh does when its standard input has ended.</summary>
    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Confirm_InputHasEnded_EndsTheScript(string cmdlet)
    {
        GivenQuestions(1);
        Engine.Screen.Answer = _ => ((string?)null)!.Trim();

        var result = Engine.Run($"{cmdlet} -End $end -Confirm; 'went on'");

        Assert.Empty(result.Output);
        Assert.Equal("ConfirmationUnavailable", result.TerminatingError!.FullyQualifiedErrorId.Split(',')[0]);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void ConfirmPlan_Declined_EndsTheScriptWithConfirmationDeclined(string cmdlet)
    {
        GivenPlan();
        Engine.Screen.Answer = labels => labels.Single(label => label == "&No");

        var result = Engine.Run($"{cmdlet} -End $end -Confirm; 'went on'");

        Assert.Empty(result.Output);
        var failure = Assert.IsType<FleetException>(result.TerminatingError!.Exception);
        Assert.Equal(FailureKind.ConfirmationDeclined, failure.Kind);
        Assert.Equal("v1", result.TerminatingError.TargetObject);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void ConfirmPlan_WhatIf_IsNoAndNoFailure(string cmdlet)
    {
        GivenPlan();

        var result = Engine.Run($"{cmdlet} -End $end -WhatIf; 'went on'");

        Assert.Equal(["False", "went on"], result.Values.Select(value => $"{value}"));
        Assert.Null(result.TerminatingError);
    }

    private void GivenPlan() => GivenEnd(async (sink, _) =>
        await sink.EmitAsync(await sink.ConfirmPlanAsync("host 1: a -> b", "Deploy v1", "v1")));

    private void GivenQuestions(int count) => GivenEnd(async (sink, _) =>
    {
        for (var host = 1; host <= count; host++)
        {
            await sink.EmitAsync(await sink.ConfirmAsync($"host {host}", "Change"));
        }
    });
}
