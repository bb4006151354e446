using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.History;

namespace Aragora.Fleet.Core.Tests.History;

public sealed class PastCommandTests : HistoryTest
{
    [Fact]
    public async Task The_history_of_a_fleet_costs_one_call_for_fifty_rows_and_none_for_a_host()
    {
        await SendAsync(50);
        await SendAsync(50);
        await SendAsync(20);
        _channel.Calls.Clear();

        var rows = await HistoryAsync(new HistorySelector { Regions = [Region] });

        Assert.Equal(120, rows.Count);
        Assert.Equal(Enumerable.Repeat("ListInvocations", 3), _channel.Calls);
        Assert.Equal(1, _instances.Describes);
    }

    [Fact]
    public async Task Hosts_of_another_environment_are_shown_only_when_they_are_named()
    {
        _instances.Known[1] = Known(1) with { Environment = "staging" };
        await SendAsync(3);
        var production = new HistorySelector { Regions = [Region], Environment = "production" };

        Assert.Equal(2, (await HistoryAsync(production)).Count);
        Assert.Equal("staging", Assert.Single(await HistoryAsync(production with { InstanceIds = [Id(1)] })).Row!.Environment);
        Assert.Equal(3, (await HistoryAsync(production with { CommandIds = ["c-1"] })).Count);
    }

    [Fact]
    public async Task A_host_that_is_gone_keeps_its_history_under_its_id()
    {
        _instances.Known.Clear();
        await SendAsync(1);

        var row = Assert.Single(await HistoryAsync(new HistorySelector { Regions = [Region], CommandIds = ["c-1"] })).Row!;

        Assert.Equal((Id(0), Id(0), ""), (row.InstanceId, row.Name, row.Environment));
    }

    [Fact]
    public async Task Rows_are_told_apart_by_what_became_of_them_on_the_host()
    {
        _channel.Answer = (id, _) => id == Id(0)
            ? new FakeAnswer { Status = "Failed", Details = "Undeliverable", Code = -1 }
            : new FakeAnswer { Status = "Failed", Code = 3 };
        await SendAsync(2);
        _clock.Time.Advance(TimeSpan.FromSeconds(5));

        var failed = await HistoryAsync(new HistorySelector { Regions = [Region], States = [CommandState.Failed] });
        var lost = await HistoryAsync(new HistorySelector { Regions = [Region], States = [CommandState.NotDelivered] });

        Assert.Equal((Id(1), 3), (Assert.Single(failed).Row!.InstanceId, failed[0].Row!.ExitCode));
        Assert.Equal((Id(0), null), (Assert.Single(lost).Row!.InstanceId, lost[0].Row!.ExitCode));
    }

    [Fact]
    public async Task An_id_that_no_command_has_is_a_failure_of_its_own()
    {
        await SendAsync(1);

        var rows = await HistoryAsync(new HistorySelector { Regions = [Region], CommandIds = ["c-1", "c-9"] });

        Assert.Equal(FailureKind.CommandNotFound, Assert.Single(rows, row => row.Row is null).Failure!.Kind);
    }

    [Fact]
    public async Task Many_commands_are_found_and_awaited_by_pages_that_they_share()
    {
        foreach (var _ in Enumerable.Range(0, 60))
        {
            await SendAsync(1);
        }

        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromMinutes(5) };
        _channel.Calls.Clear();
        var found = await FindAsync([.. Enumerable.Range(1, 60).Select(n => new CommandReference($"c-{n}", null, null))]);
        Assert.Equal(["ListCommands", "ListCommands"], _channel.Calls);
        var results = await WaitAsync(found.Found, TimeSpan.FromMinutes(10));

        Assert.Equal(60, results.Count(r => r.Result.State == CommandState.Succeeded));
        Assert.Equal(60, _channel.Calls.Count(call => call == "ListInvocations"));
        Assert.DoesNotContain("GetInvocation", _channel.Calls);
    }

    [Fact]
    public async Task Old_commands_are_asked_for_by_their_ids_and_not_looked_for_on_every_page()
    {
        foreach (var _ in Enumerable.Range(0, 600))
        {
            await SendAsync(1);
        }

        _channel.Calls.Clear();
        var found = await FindAsync([.. Enumerable.Range(1, 4).Select(n => new CommandReference($"c-{n}", null, null))]);

        Assert.Equal(["c-1", "c-2", "c-3", "c-4"], found.Found.Select(command => command.Command.CommandId).Order());
        Assert.Equal(8, _channel.Calls.Count);
    }

    [Fact]
    public async Task Waiting_for_one_host_of_a_tag_asks_for_that_host()
    {
        _channel.ToTag = true;
        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromSeconds(30) };
        await SendAsync(120);
        var found = await FindAsync([new CommandReference("c-1", Id(119), null)]);
        _channel.Asked.Clear();

        Assert.Equal(CommandState.Succeeded, Assert.Single(await WaitAsync(found.Found, TimeSpan.FromMinutes(1))).Result.State);
        Assert.NotEmpty(_channel.Asked);
        Assert.All(_channel.Asked, query => Assert.Equal(("c-1", Id(119)), (query.CommandId, query.InstanceId)));
    }

    [Fact]
    public async Task A_command_that_is_not_to_be_seen_yet_is_looked_for_again()
    {
        _channel.Visibility = TimeSpan.FromSeconds(8);
        await SendAsync(2);

        var (found, missing) = await FindAsync([new CommandReference("c-1", null, null)]);

        Assert.Empty(missing);
        Assert.Equal(2, Assert.Single(found).Targets.Count);
        await SendAsync(1);
        Assert.NotNull(Assert.Single(await HistoryAsync(new HistorySelector { Regions = [Region], CommandIds = ["c-2"] })).Row);
    }

    [Fact]
    public async Task A_command_to_a_tag_whose_hosts_are_not_to_be_seen_yet_is_looked_for_again()
    {
        _channel.ToTag = true;
        _channel.JoinsAfter = _ => TimeSpan.FromSeconds(3);
        _channel.Answer = (_, _) => new FakeAnswer { After = TimeSpan.FromMinutes(1) };
        await SendAsync(2);

        var (found, missing) = await FindAsync([new CommandReference("c-1", null, null)]);

        Assert.Empty(missing);
        Assert.Equal(2, Assert.Single(found).Targets.Count);
    }

    [Fact]
    public async Task A_command_that_went_to_no_host_says_so()
    {
        await SendAsync(0);

        var (found, missing) = await FindAsync([new CommandReference("c-1", null, null)]);

        Assert.Empty(found);
        Assert.Equal((FailureKind.CommandNotFound, "c-1"), (Assert.Single(missing).Kind, missing[0].FailureTarget));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_a_command_never_had_is_said_and_the_others_are_found(bool toTag)
    {
        _channel.ToTag = toTag;
        await SendAsync(2);

        var (found, missing) = await FindAsync(
            [new CommandReference("c-1", Id(1), null), new CommandReference("c-1", Id(7), Region)]);

        Assert.Equal(Id(1), Assert.Single(Assert.Single(found).Targets).InstanceId);
        Assert.Equal((FailureKind.CommandNotFound, Id(7)), (Assert.Single(missing).Kind, missing[0].FailureTarget));
    }

    [Theory]
    [InlineData("aragora-fleet deploy d-1 wave 1", true)]
    [InlineData("aragora-fleet back d-1 wave 1", true)]
    [InlineData("aragora-fleet restore d-1 wave 1 why", true)]
    [InlineData("aragora-fleet run deploy", false)]
    [InlineData("aragora-fleet health", false)]
    [InlineData("aragora-fleet deployment", false)]
    [InlineData("deploy", false)]
    [InlineData("", false)]
    public async Task A_changing_step_of_ours_is_known_by_its_comment(string comment, bool isStep)
    {
        await SendAsync(1, comment);

        Assert.Equal(isStep, Assert.Single((await FindAsync([new CommandReference("c-1", null, null)])).Found).IsStep);
    }
}
