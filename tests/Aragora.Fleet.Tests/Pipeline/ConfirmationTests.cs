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

    private void GivenQuestions(int count) => GivenEnd(async (sink, _) =>
    {
        for (var host = 1; host <= count; host++)
        {
            await sink.EmitAsync(await sink.ConfirmAsync($"host {host}", "Change"));
        }
    });
}
