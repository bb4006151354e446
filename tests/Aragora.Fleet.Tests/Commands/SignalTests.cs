using System.Management.Automation;
using Aragora.Fleet.Rollouts.Signals;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Stop-, Approve- and Deny-AragoraDeploy, to a run in another process.</summary>
public sealed class SignalTests(LockFleet fleet) : IClassFixture<LockFleet>
{
    private readonly string _environment = $"e{Guid.NewGuid():N}";
    private readonly string _id = $"20260307T030000-{Guid.NewGuid():N}"[..22];

    private string Place => $"-Environment {_environment}";

    [Theory]
    [InlineData("Stop-AragoraDeploy", DeploySignalKind.Stop, "leaves what is done")]
    [InlineData("Stop-AragoraDeploy -Restore", DeploySignalKind.Restore, "takes back what is done")]
    [InlineData("Approve-AragoraDeploy", DeploySignalKind.Approve, "goes on")]
    [InlineData("Deny-AragoraDeploy", DeploySignalKind.Deny, "takes back what is done")]
    public async Task A_run_hears_what_it_is_told_by_whom_and_why(string cmdlet, DeploySignalKind kind, string next)
    {
        await using var run = await fleet.TakeAsync(_environment, _id);
        var sent = Assert.IsType<SentSignal>(
            Assert.Single(fleet.Succeed($"{cmdlet} -DeployId {_id} {Place} -Reason 'INC-7 {{{{x}}}}'").Values));
        Assert.Equal((_id, kind, "somebody else"), (sent.DeployId, sent.Kind, sent.Owner));
        Assert.Contains(next, sent.Next, StringComparison.Ordinal);
        Assert.Equal(kind is DeploySignalKind.Approve or DeploySignalKind.Deny, sent.Next.StartsWith("If the run waits for approval, ", StringComparison.Ordinal));

        var signals = fleet.Signals(_environment);
        var heard = Assert.Single(await signals.ReadAsync(_id, CancellationToken.None));
        Assert.Equal((kind, fleet.Services.Who, "INC-7 {{x}}"), (heard.Kind, heard.Who, heard.Reason));
        Assert.Empty(await signals.ReadAsync("another", CancellationToken.None));
        await signals.ClearAsync(_id, keepApproval: false, CancellationToken.None);
        Assert.Empty(await signals.ReadAsync(_id, CancellationToken.None));
    }

    [Fact]
    public async Task What_was_said_first_is_heard_first()
    {
        await using var run = await fleet.TakeAsync(_environment, _id);
        fleet.Succeed($"$null = Deny-AragoraDeploy {_id} {Place}; $null = Approve-AragoraDeploy {_id} {Place}");
        Assert.Equal(
            [DeploySignalKind.Deny, DeploySignalKind.Approve],
            (await fleet.Signals(_environment).ReadAsync(_id, CancellationToken.None)).Select(signal => signal.Kind));
    }

    [Fact]
    public async Task WhatIf_tells_nobody()
    {
        await using var run = await fleet.TakeAsync(_environment, _id);
        fleet.Succeed($"Stop-AragoraDeploy {_id} {Place} -WhatIf");
        Assert.Empty(await fleet.Signals(_environment).ReadAsync(_id, CancellationToken.None));
    }

    [Fact]
    public async Task A_run_that_does_not_run_is_not_told_and_what_to_do_is_said()
    {
        await using var run = await fleet.TakeAsync(_environment, "another");
        var error = Assert.Single(fleet.Engine.Run($"Stop-AragoraDeploy {_id} {Place}").Errors);
        Assert.Equal(("DeployNotRunning", _id), (SandboxFleet.Id(error), error.TargetObject));
        Assert.Contains("Get-AragoraDeploy", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_carries_no_run_is_told_as_such()
    {
        await using var session = await fleet.TakeAsync(_environment);
        var error = Assert.Single(fleet.Engine.Run($"Get-AragoraFleetLock {Place} | Stop-AragoraDeploy").Errors);
        Assert.Equal("DeployNotRunning", SandboxFleet.Id(error));
        Assert.Contains("one of Lock-AragoraFleet", error.ErrorDetails.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_has_died_is_told_from_one_that_never_was()
    {
        await using var run = await fleet.TakeAsync(_environment, _id, TimeSpan.FromMilliseconds(500), new FakeTimeProvider());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await fleet.ListAsync(_environment)).Any(entry => !entry.IsDead))
        {
            limit.Token.ThrowIfCancellationRequested();
        }

        var error = Assert.Single(fleet.Engine.Run($"Approve-AragoraDeploy {_id} {Place}").Errors);
        Assert.Contains("has died", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains($"Resume-AragoraDeploy {_id}", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains($"-DeployId {_id}", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tab_offers_the_runs_under_way_and_the_tokens()
    {
        await using var run = await fleet.TakeAsync("production", _id);
        foreach (var (line, word) in new[]
        {
            ("Stop-AragoraDeploy ", _id), ("Unlock-AragoraFleet -Token ", $"'{run.Token(LockFleet.Region)}'"),
        })
        {
            fleet.Engine.SetVariable("line", line);
            string[] words = [];
            SpinWait.SpinUntil(() => (words = Complete()).Contains(word), TimeSpan.FromSeconds(10));
            Assert.Contains(word, words);
        }
    }

    private string[] Complete() => [.. fleet
        .Succeed("[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches")
        .Values.Cast<CompletionResult>().Select(match => match.CompletionText)];
}
