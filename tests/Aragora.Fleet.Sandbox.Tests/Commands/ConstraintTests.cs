using System.Net;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Commands;

/// <summary>
/// What the calls of Run Command refuse, and with which code. Sources: API reference SendCommand, CancelCommand,
/// ListCommands, ListCommandInvocations, GetCommandInvocation, CommandFilter, DescribeInstanceInformation; user guide
/// send-commands-multiple for the five values of a tag.
/// </summary>
[Collection(SharedSandbox.Name)]
public sealed class ConstraintTests(SandboxFixture fixture)
{
    private AmazonSimpleSystemsManagementClient Ssm => fixture.Clients.Ssm;

    [Theory]
    [InlineData("ValidationException", "timeout of 2592001")]
    [InlineData("ValidationException", "concurrency of 101%")]
    [InlineData("ValidationException", "concurrency of 8 digits")]
    [InlineData("ValidationException", "errors of -1")]
    [InlineData("ValidationException", "errors of 8 digits")]
    [InlineData("ValidationException", "6 targets")]
    [InlineData("ValidationException", "6 values of a tag")]
    [InlineData("ValidationException", "51 targeted ids")]
    [InlineData("ValidationException", "target key of 164")]
    [InlineData("ValidationException", "unknown target key")]
    [InlineData("ValidationException", "version 0")]
    [InlineData("ValidationException", "hash of 257")]
    [InlineData("ValidationException", "hash type")]
    [InlineData("ValidationException", "bucket of 2")]
    [InlineData("ValidationException", "log group")]
    [InlineData("ValidationException", "two alarms")]
    [InlineData("ValidationException", "notification event")]
    [InlineData("InvalidDocumentVersion", "version 2")]
    [InlineData("InvalidOutputFolder", "bucket")]
    [InlineData("InvalidNotificationConfig", "topic")]
    [InlineData("InvalidInstanceId", "targeted dead id")]
    [InlineData("InvalidParameters", "execution timeout of 0")]
    public Task SendCommand_refuses(string code, string violation)
    {
        var order = Order();
        Violate(order, violation);
        return AssertRefusedAsync(code, () => Ssm.SendCommandAsync(order));
    }

    [Fact]
    public async Task What_leads_nowhere_is_accepted_where_AWS_accepts_it()
    {
        var order = Order();
        order.DocumentVersion = "$LATEST";
        order.DocumentHash = new string('a', 64);
        order.DocumentHashType = DocumentHashType.Sha256;
        order.OutputS3Region = "us-east-2";
        order.CloudWatchOutputConfig = new CloudWatchOutputConfig { CloudWatchOutputEnabled = true };
        (order.Comment, order.TimeoutSeconds) = (new string('x', 100), 30);
        (order.MaxConcurrency, order.MaxErrors) = ("100%", "9999999");
        var sent = (await Ssm.SendCommandAsync(order)).Command;
        Assert.Equal(
            ("$LATEST", "100%", "9999999", 30),
            (sent.DocumentVersion, sent.MaxConcurrency, sent.MaxErrors, sent.TimeoutSeconds));
        Assert.Equal(TimeSpan.FromSeconds(30 + 3600), sent.ExpiresAfter - sent.RequestedDateTime);
    }

    [Fact]
    public async Task A_group_that_is_not_there_has_no_instances()
    {
        var order = Order();
        (order.InstanceIds, order.Targets) = (null, [Target("resource-groups:Name", 1)]);
        var sent = (await Ssm.SendCommandAsync(order)).Command;
        var listed = await Ssm.ListCommandsAsync(new ListCommandsRequest { CommandId = sent.CommandId });
        Assert.Equal("NoInstancesInTag", Assert.Single(listed.Commands).StatusDetails);
    }

    [Theory]
    [InlineData("ValidationException", "InvokedAfter", "yesterday")]
    [InlineData("ValidationException", "Status", "Undeliverable")]
    [InlineData("ValidationException", "Status", "success")]
    [InlineData("ValidationException", "ExecutionStage", "Running")]
    [InlineData("InvalidFilterKey", "Comment", "x")]
    public Task ListCommands_refuses(string code, string key, string value) => AssertRefusedAsync(
        code, () => Ssm.ListCommandsAsync(new ListCommandsRequest { Filters = [Filter(key, value)] }));

    [Theory]
    [InlineData("ValidationException", "Status", "Incomplete")]
    [InlineData("InvalidFilterKey", "ExecutionStage", "Complete")]
    public Task ListCommandInvocations_refuses(string code, string key, string value) => AssertRefusedAsync(
        code,
        () => Ssm.ListCommandInvocationsAsync(new ListCommandInvocationsRequest { Filters = [Filter(key, value)] }));

    [Fact]
    public async Task The_other_calls_refuse_what_breaks_their_model()
    {
        const string Invalid = "ValidationException";
        var id = Guid.NewGuid().ToString();
        var six = Enumerable.Repeat(Filter("DocumentName", "x"), 6).ToList();
        await RefuseAsync(Invalid, () => Ssm.ListCommandsAsync(new ListCommandsRequest { Filters = six }));
        await RefuseAsync(Invalid, () => Ssm.ListCommandsAsync(new ListCommandsRequest { CommandId = "short" }));
        await RefuseAsync(Invalid, () => Ssm.ListCommandsAsync(new ListCommandsRequest { InstanceId = "i-1" }));
        await RefuseAsync(Invalid, () => Ssm.ListCommandsAsync(new ListCommandsRequest { MaxResults = 51 }));
        await RefuseAsync(
            Invalid, () => Ssm.ListCommandInvocationsAsync(new ListCommandInvocationsRequest { MaxResults = 0 }));
        await RefuseAsync(
            "InvalidNextToken",
            () => Ssm.ListCommandInvocationsAsync(new ListCommandInvocationsRequest { NextToken = "x" }));
        await RefuseAsync("InvocationDoesNotExist", () => Ssm.GetCommandInvocationAsync(
            new GetCommandInvocationRequest { CommandId = id, InstanceId = SandboxFixture.Api2 }));
        await RefuseAsync(Invalid, () => Ssm.GetCommandInvocationAsync(
            new GetCommandInvocationRequest { CommandId = id, InstanceId = SandboxFixture.Api2, PluginName = "aws" }));
        await RefuseAsync("InvalidPluginName", () => Ssm.GetCommandInvocationAsync(
            new GetCommandInvocationRequest { CommandId = id, InstanceId = SandboxFixture.Api2, PluginName = "other" }));
        await RefuseAsync(
            "InvalidCommandId", () => Ssm.CancelCommandAsync(new CancelCommandRequest { CommandId = id }));
        await RefuseAsync("DuplicateInstanceId", () => Ssm.CancelCommandAsync(
            new CancelCommandRequest { CommandId = id, InstanceIds = [SandboxFixture.Api2, SandboxFixture.Api2] }));
        var sent = await fixture.Clients.SendAsync(SandboxFixture.Api2, "true");
        await RefuseAsync("InvalidInstanceId", () => Ssm.CancelCommandAsync(
            new CancelCommandRequest { CommandId = sent, InstanceIds = [SandboxFixture.ApiServer] }));
        var mixed = new DescribeInstanceInformationRequest
        {
            Filters = [new() { Key = "tag:Name", Values = ["x"] }, new() { Key = "PingStatus", Values = ["Online"] }],
        };
        await RefuseAsync(
            "InvalidInstanceInformationFilterValue", () => Ssm.DescribeInstanceInformationAsync(mixed));
        await RefuseAsync("InvalidFilterKey", () => Ssm.DescribeInstanceInformationAsync(
            new DescribeInstanceInformationRequest { Filters = [new() { Key = "Colour", Values = ["red"] }] }));

        static Task RefuseAsync(string code, Func<Task> call) => AssertRefusedAsync(code, call);
    }

    [Fact]
    public async Task Commands_are_found_by_what_has_become_of_them()
    {
        var run = await fixture.Clients.RunAsync(SandboxFixture.Api2, "exit 137");
        foreach (var (key, value, isFound) in new[]
                 {
                     ("Status", "TimedOut", true), ("Status", "ExecutionTimedOut", true),
                     ("Status", "DeliveryTimedOut", false), ("Status", "Failed", false),
                     ("ExecutionStage", "Complete", true), ("ExecutionStage", "Executing", false),
                     ("DocumentName", "AWS-RunShellScript", true), ("DocumentName", "AWS-Other", false),
                     ("InvokedBefore", "2099-01-01T00:00:00Z", true), ("InvokedBefore", "2020-01-01T00:00:00Z", false),
                 })
        {
            var commands = await Ssm.ListCommandsAsync(new ListCommandsRequest
            {
                CommandId = run.CommandId, InstanceId = SandboxFixture.Api2, Filters = [Filter(key, value)],
            });
            Assert.Equal((key, value, isFound ? 1 : 0), (key, value, commands.Commands.Count));
            if (key == "ExecutionStage")
            {
                continue;
            }

            var invocations = await Ssm.ListCommandInvocationsAsync(new ListCommandInvocationsRequest
            {
                CommandId = run.CommandId, InstanceId = SandboxFixture.Api2, Filters = [Filter(key, value)],
            });
            Assert.Equal((key, value, isFound ? 1 : 0), (key, value, invocations.CommandInvocations.Count));
        }
    }

    private static async Task AssertRefusedAsync(string code, Func<Task> call)
    {
        var error = await Assert.ThrowsAnyAsync<AmazonSimpleSystemsManagementException>(call);
        Assert.Equal((code, HttpStatusCode.BadRequest), (error.ErrorCode, error.StatusCode));
    }

    private static CommandFilter Filter(string key, string value) => new() { Key = key, Value = value };

    private static SendCommandRequest Order() => new()
    {
        DocumentName = "AWS-RunShellScript",
        InstanceIds = [SandboxFixture.ApiServer],
        Parameters = new Dictionary<string, List<string>> { ["commands"] = ["true"] },
    };

    private static Target Target(string key, int values) =>
        new() { Key = key, Values = [.. Enumerable.Range(0, values).Select(i => $"i-0000000000000{i:x4}")] };

    private static void Violate(SendCommandRequest order, string violation)
    {
        if (violation.Contains("target", StringComparison.Ordinal)
            || violation.EndsWith("tag", StringComparison.Ordinal))
        {
            order.InstanceIds = null;
        }

        Action change = violation switch
        {
            "timeout of 2592001" => () => order.TimeoutSeconds = 2592001,
            "concurrency of 101%" => () => order.MaxConcurrency = "101%",
            "concurrency of 8 digits" => () => order.MaxConcurrency = "12345678",
            "errors of -1" => () => order.MaxErrors = "-1",
            "errors of 8 digits" => () => order.MaxErrors = "12345678",
            "6 targets" => () => order.Targets = [.. Enumerable.Repeat(Target("tag:Name", 1), 6)],
            "6 values of a tag" => () => order.Targets = [Target("tag:Name", 6)],
            "51 targeted ids" => () => order.Targets = [Target("InstanceIds", 51)],
            "target key of 164" => () => order.Targets = [Target(new string('x', 164), 1)],
            "unknown target key" => () => order.Targets = [Target("Name", 1)],
            "targeted dead id" => () => order.Targets =
                [new() { Key = "InstanceIds", Values = [SandboxFixture.Terminated] }],
            "version 0" => () => order.DocumentVersion = "0",
            "version 2" => () => order.DocumentVersion = "2",
            "hash of 257" => () => order.DocumentHash = new string('a', 257),
            "hash type" => () => order.DocumentHashType = "Md5",
            "bucket of 2" => () => order.OutputS3BucketName = "ab",
            "bucket" => () => order.OutputS3BucketName = "no-such-bucket",
            "log group" => () => order.CloudWatchOutputConfig = new() { CloudWatchLogGroupName = "a b" },
            "two alarms" => () => order.AlarmConfiguration =
                new() { Alarms = [new() { Name = "a" }, new() { Name = "b" }] },
            "notification event" => () => order.NotificationConfig = new() { NotificationEvents = ["Never"] },
            "topic" => () => order.NotificationConfig = new() { NotificationArn = "arn:aws:sns:us-east-2:1:x" },
            _ => () => order.Parameters["executionTimeout"] = ["0"],
        };
        change();
    }
}
