using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

[Collection(SharedSandbox.Name)]
public sealed class SsmTests(SandboxFixture fixture)
{
    private SandboxClients Clients => fixture.Clients;

    private AmazonSimpleSystemsManagementClient Ssm => fixture.Clients.Ssm;

    [Fact]
    public async Task A_command_is_echoed_as_pending()
    {
        var sent = (await Ssm.SendCommandAsync(Order(order => order.Comment = "a reason"))).Command;
        Assert.Equal(36, sent.CommandId.Length);
        Assert.Equal("Pending", sent.StatusDetails);
        Assert.Equal("a reason", sent.Comment);
        Assert.Equal(0, sent.TargetCount);
        Assert.Equal(["true"], sent.Parameters["commands"]);
        Assert.Equal("50", sent.MaxConcurrency);
        Assert.Equal(TimeSpan.FromSeconds(3600 + 3600), sent.ExpiresAfter - sent.RequestedDateTime);
    }

    [Fact]
    public async Task Right_after_the_send_there_is_no_invocation()
    {
        var id = await Clients.SendAsync(SandboxFixture.ApiServer, "true");
        await Assert.ThrowsAsync<InvocationDoesNotExistException>(() => Ssm.GetCommandInvocationAsync(
            new GetCommandInvocationRequest { CommandId = id, InstanceId = SandboxFixture.ApiServer }));
        var list = await Ssm.ListCommandInvocationsAsync(new ListCommandInvocationsRequest { CommandId = id });
        Assert.Empty(list.CommandInvocations);
        var invocation = await Clients.AwaitEndAsync(id, SandboxFixture.ApiServer);
        Assert.Equal("Success", invocation.StatusDetails);
    }

    [Theory]
    [InlineData("ValidationException", "comment of 101")]
    [InlineData("ValidationException", "timeout of 29")]
    [InlineData("ValidationException", "51 ids")]
    [InlineData("ValidationException", "malformed id")]
    [InlineData("ValidationException", "ids and targets")]
    [InlineData("ValidationException", "no target")]
    [InlineData("ValidationException", "concurrency of 0")]
    [InlineData("DuplicateInstanceId", "id twice")]
    [InlineData("InvalidDocument", "other document")]
    [InlineData("InvalidParameters", "unknown parameter")]
    [InlineData("InvalidParameters", "no commands")]
    [InlineData("InvalidParameters", "timeout of 48 h 1 s")]
    public async Task A_constraint_is_checked(string code, string violation)
    {
        var order = Order(order => Violate(order, violation));
        var error = await Assert.ThrowsAnyAsync<AmazonSimpleSystemsManagementException>(
            () => Ssm.SendCommandAsync(order));
        Assert.Equal(code, error.ErrorCode);
    }

    [Theory]
    [InlineData(SandboxFixture.Unknown)]
    [InlineData(SandboxFixture.Terminated)]
    public async Task One_bad_id_rejects_the_whole_call(string id)
    {
        var comment = Guid.NewGuid().ToString();
        var error = await Assert.ThrowsAsync<InvalidInstanceIdException>(() => Ssm.SendCommandAsync(Order(order =>
        {
            order.InstanceIds.Add(id);
            order.Comment = comment;
        })));
        Assert.Equal($"Instances [[{id}]] not in a valid state for account 123456789012", error.Message);
        var commands = await Ssm.ListCommandsAsync(new ListCommandsRequest());
        Assert.DoesNotContain(commands.Commands, command => command.Comment == comment);
    }

    [Fact]
    public async Task Tags_are_and_their_values_or()
    {
        var sent = await Ssm.SendCommandAsync(Order(order =>
        {
            order.InstanceIds = null;
            order.Targets =
            [
                new Target { Key = "tag:Application", Values = ["aragora"] },
                new Target { Key = "tag:Name", Values = ["aragora-api-2", "aragora-al2023-1", "aragora-api-old"] },
            ];
        }));
        await Clients.AwaitEndAsync(sent.Command.CommandId, SandboxFixture.Api2);
        await Clients.AwaitEndAsync(sent.Command.CommandId, SandboxFixture.Al2023First);
        var command = await FindAsync(sent.Command.CommandId);
        Assert.Equal((2, 2, 0), (command.TargetCount, command.CompletedCount, command.ErrorCount));
        Assert.Equal("Success", command.StatusDetails);
    }

    [Fact]
    public async Task Tags_that_match_nothing_end_the_command()
    {
        var sent = await Ssm.SendCommandAsync(Order(order =>
        {
            order.InstanceIds = null;
            order.Targets = [new Target { Key = "tag:Application", Values = ["other"] }];
        }));
        Assert.Equal("NoInstancesInTag", (await FindAsync(sent.Command.CommandId)).StatusDetails);
    }

    [Fact]
    public async Task Commands_come_newest_first_in_pages()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, (await Ssm.SendCommandAsync(Order(_ => { }))).Command.CommandId);
        }

        var first = await Ssm.ListCommandsAsync(new ListCommandsRequest { MaxResults = 2 });
        var second = await Ssm.ListCommandsAsync(
            new ListCommandsRequest { MaxResults = 1, NextToken = first.NextToken });
        Assert.Equal(ids, first.Commands.Concat(second.Commands).Select(command => command.CommandId));
        var error = await Assert.ThrowsAnyAsync<AmazonSimpleSystemsManagementException>(
            () => Ssm.ListCommandsAsync(new ListCommandsRequest { NextToken = "nonsense" }));
        Assert.Equal("InvalidNextToken", error.ErrorCode);
    }

    [Fact]
    public async Task Commands_are_filtered_by_time_and_status()
    {
        var run = await Clients.RunAsync(SandboxFixture.Api2, "exit 3");
        var failed = await Ssm.ListCommandsAsync(new ListCommandsRequest
        {
            CommandId = run.CommandId, Filters = [new CommandFilter { Key = "Status", Value = "Failed" }],
        });
        Assert.Single(failed.Commands);
        var later = await Ssm.ListCommandsAsync(new ListCommandsRequest
        {
            CommandId = run.CommandId,
            Filters = [new CommandFilter { Key = "InvokedAfter", Value = "2099-01-01T00:00:00Z" }],
        });
        Assert.Empty(later.Commands);
        await Assert.ThrowsAsync<InvalidFilterKeyException>(() => Ssm.ListCommandsAsync(
            new ListCommandsRequest { Filters = [new CommandFilter { Key = "InvokedAft", Value = "x" }] }));
    }

    [Fact]
    public async Task Invocations_come_in_pages_with_details()
    {
        var sent = await Ssm.SendCommandAsync(Order(order =>
        {
            order.InstanceIds = [SandboxFixture.ApiServer, SandboxFixture.Api2, SandboxFixture.Al2023First];
            order.Parameters["commands"] = ["echo out; echo err >&2; exit 7"];
        }));
        await Task.WhenAll(sent.Command.InstanceIds.Select(id => Clients.AwaitEndAsync(sent.Command.CommandId, id)));
        var pages = new List<ListCommandInvocationsResponse>();
        do
        {
            pages.Add(await Ssm.ListCommandInvocationsAsync(new ListCommandInvocationsRequest
            {
                CommandId = sent.Command.CommandId,
                Details = true,
                MaxResults = 2,
                NextToken = pages.LastOrDefault()?.NextToken,
            }));
        }
        while (pages[^1].NextToken is not null);

        Assert.Equal([2, 1], pages.Select(page => page.CommandInvocations.Count));
        var plugin = pages[0].CommandInvocations[0].CommandPlugins.Single();
        Assert.Equal((7, "aws:runShellScript"), (plugin.ResponseCode, plugin.Name));
        Assert.Equal(
            "out\n\n----------ERROR-------\nerr\nfailed to run commands: exit status 7", plugin.Output);
        Assert.Equal("Failed", (await FindAsync(sent.Command.CommandId)).StatusDetails);
    }

    [Fact]
    public async Task Agents_are_registered_where_there_is_a_host()
    {
        var all = await Ssm.DescribeInstanceInformationAsync(new DescribeInstanceInformationRequest());
        Assert.Equal(4, all.InstanceInformationList.Count);
        Assert.All(all.InstanceInformationList, agent => Assert.Equal("Online", agent.PingStatus));
        var some = await Ssm.DescribeInstanceInformationAsync(new DescribeInstanceInformationRequest
        {
            Filters =
            [
                new InstanceInformationStringFilter
                {
                    Key = "InstanceIds", Values = [SandboxFixture.Al2023Second, SandboxFixture.Terminated],
                },
            ],
        });
        Assert.Equal("2023", Assert.Single(some.InstanceInformationList).PlatformVersion);
        var error = await Assert.ThrowsAnyAsync<AmazonSimpleSystemsManagementException>(
            () => Ssm.DescribeInstanceInformationAsync(new DescribeInstanceInformationRequest { MaxResults = 4 }));
        Assert.Equal("ValidationException", error.ErrorCode);
    }

    [Fact]
    public async Task Another_region_knows_nothing_of_this_one()
    {
        await Ssm.SendCommandAsync(Order(_ => { }));
        using var clients = new SandboxClients(fixture.Sandbox, "eu-west-1");
        Assert.Empty((await clients.Ssm.ListCommandsAsync(new ListCommandsRequest())).Commands);
        await Assert.ThrowsAsync<InvalidInstanceIdException>(() => clients.Ssm.SendCommandAsync(Order(_ => { })));
    }

    [Fact]
    public async Task Another_operation_is_refused()
    {
        var error = await Assert.ThrowsAnyAsync<AmazonSimpleSystemsManagementException>(
            () => Ssm.ListDocumentsAsync(new ListDocumentsRequest()));
        Assert.Equal("UnknownOperationException", error.ErrorCode);
    }

    private async Task<Command> FindAsync(string id) =>
        Assert.Single((await Ssm.ListCommandsAsync(new ListCommandsRequest { CommandId = id })).Commands);

    private static SendCommandRequest Order(Action<SendCommandRequest> change)
    {
        var order = new SendCommandRequest
        {
            DocumentName = "AWS-RunShellScript",
            InstanceIds = [SandboxFixture.ApiServer],
            Parameters = new Dictionary<string, List<string>> { ["commands"] = ["true"] },
        };
        change(order);
        return order;
    }

    private static void Violate(SendCommandRequest order, string violation)
    {
        Action change = violation switch
        {
            "comment of 101" => () => order.Comment = new string('x', 101),
            "timeout of 29" => () => order.TimeoutSeconds = 29,
            "51 ids" => () => order.InstanceIds = [.. Enumerable.Range(0, 51).Select(i => $"i-0000000000000{i:x4}")],
            "malformed id" => () => order.InstanceIds = ["i-12"],
            "ids and targets" => () => order.Targets = [new Target { Key = "tag:Name", Values = ["x"] }],
            "no target" => () => order.InstanceIds = null,
            "concurrency of 0" => () => order.MaxConcurrency = "0",
            "id twice" => () => order.InstanceIds = [SandboxFixture.Api2, SandboxFixture.Api2],
            "other document" => () => order.DocumentName = "AWS-RunPowerShellScript",
            "unknown parameter" => () => order.Parameters["command"] = ["true"],
            "no commands" => () => order.Parameters.Clear(),
            _ => () => order.Parameters["executionTimeout"] = ["172801"],
        };
        change();
    }
}
