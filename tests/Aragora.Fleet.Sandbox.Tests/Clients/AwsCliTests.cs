using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Clients;

/// <summary>The AWS CLI, which nobody here wrote, uses the stand-alone sandbox as it uses AWS.</summary>
[Collection(ForeignClients.Name)]
public sealed class AwsCliTests(StandAloneSandbox sandbox)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [AwsCliFact]
    public async Task Instances_are_found_by_filters()
    {
        var names = await SucceedAsync(
            "ec2", "describe-instances",
            "--filters", "Name=tag:Application,Values=aragora", "Name=instance-state-name,Values=running",
            "Name=tag:Name,Values=*-api-2",
            "--query", "Reservations[].Instances[].Tags[?Key=='Name'].Value[]");

        Assert.Equal(["aragora-api-2"], JsonSerializer.Deserialize<string[]>(names)!);
    }

    [AwsCliFact]
    public async Task The_caller_is_told() =>
        Assert.Matches(
            @"^\d{12}$",
            (await SucceedAsync("sts", "get-caller-identity", "--query", "Account", "--output", "text")).Trim());

    [AwsCliFact]
    public async Task Agents_are_listed()
    {
        var ids = await SucceedAsync(
            "ssm", "describe-instance-information", "--filters", $"Key=InstanceIds,Values={SandboxFixture.Api2}",
            "--query", "InstanceInformationList[].[InstanceId,PingStatus]", "--output", "text");

        Assert.Equal($"{SandboxFixture.Api2}\tOnline", ids.Trim());
    }

    [AwsCliFact]
    public async Task A_command_runs_its_own_waiter_sees_the_end_and_both_calls_show_the_output()
    {
        var id = await SendAsync("commands=[\"echo out\",\"echo err >&2\"]");

        await SucceedAsync("ssm", "wait", "command-executed", "--command-id", id, "--instance-id", SandboxFixture.Api2);

        var detail = JsonDocument.Parse(await SucceedAsync(
            "ssm", "get-command-invocation", "--command-id", id, "--instance-id", SandboxFixture.Api2)).RootElement;
        Assert.Equal("Success", detail.GetProperty("StatusDetails").GetString());
        Assert.Equal("out\n", detail.GetProperty("StandardOutputContent").GetString());
        Assert.Equal("err\n", detail.GetProperty("StandardErrorContent").GetString());
        var list = JsonDocument.Parse(await SucceedAsync(
            "ssm", "list-command-invocations", "--command-id", id, "--details")).RootElement;
        var plugin = list.GetProperty("CommandInvocations")[0].GetProperty("CommandPlugins")[0];
        Assert.Equal(0, plugin.GetProperty("ResponseCode").GetInt32());
        Assert.StartsWith("out\n", plugin.GetProperty("Output").GetString(), StringComparison.Ordinal);
    }

    [AwsCliFact]
    public async Task The_waiter_sees_a_failure()
    {
        var id = await SendAsync("commands=[\"exit 3\"]");

        var wait = await RunAsync(
            "ssm", "wait", "command-executed", "--command-id", id, "--instance-id", SandboxFixture.Api2);

        Assert.Equal(255, wait.ExitCode);
        Assert.Contains("terminal failure state", wait.Error, StringComparison.Ordinal);
    }

    [AwsCliFact]
    public async Task A_command_is_cancelled()
    {
        var id = await SendAsync("commands=[\"sleep 100\"]");

        await SucceedAsync("ssm", "cancel-command", "--command-id", id);

        var end = await UntilAsync(id, status => status is not ("Pending" or "InProgress" or "Cancelling"));
        Assert.Equal("Cancelled", end);
    }

    [AwsCliFact]
    public async Task A_refusal_is_told_with_its_code()
    {
        var refused = await RunAsync(
            "ssm", "send-command", "--document-name", "AWS-RunShellScript", "--instance-ids", SandboxFixture.Unknown,
            "--parameters", "commands=[\"true\"]");

        Assert.Equal(254, refused.ExitCode);
        Assert.Contains("(InvalidInstanceId)", refused.Error, StringComparison.Ordinal);
    }

    [AwsCliFact]
    public async Task A_parameter_is_put_read_and_not_put_twice()
    {
        const string Name = "/foreign/cli";
        string[] put = ["ssm", "put-parameter", "--name", Name, "--type", "SecureString", "--value"];

        Assert.Equal("1", (await SucceedAsync([.. put, "first", "--query", "Version"])).Trim());
        var again = await RunAsync([.. put, "second"]);
        Assert.Contains("(ParameterAlreadyExists)", again.Error, StringComparison.Ordinal);
        Assert.Equal("2", (await SucceedAsync([.. put, "second", "--overwrite", "--query", "Version"])).Trim());
        var read = await SucceedAsync(
            "ssm", "get-parameter", "--name", Name, "--with-decryption",
            "--query", "Parameter.[Value,Version,Type]", "--output", "text");
        Assert.Equal("second\t2\tSecureString", read.Trim());
    }

    /// <summary>Sends, and comes back when the invocation is there: before that, the CLI's waiter gives up.</summary>
    private async Task<string> SendAsync(string parameters)
    {
        var id = (await SucceedAsync(
            "ssm", "send-command", "--document-name", "AWS-RunShellScript", "--instance-ids", SandboxFixture.Api2,
            "--parameters", parameters, "--comment", "foreign client",
            "--query", "Command.CommandId", "--output", "text")).Trim();
        await UntilAsync(id, status => status.Length > 0);
        return id;
    }

    private async Task<string> UntilAsync(string commandId, Func<string, bool> isWanted)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < s_patience; await Task.Delay(100))
        {
            var status = (await SucceedAsync(
                "ssm", "list-command-invocations", "--command-id", commandId,
                "--query", "CommandInvocations[].Status", "--output", "text")).Trim();
            if (isWanted(status))
            {
                return status;
            }
        }

        throw new TimeoutException($"{commandId} is not as wanted after {s_patience}.");
    }

    private async Task<string> SucceedAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(result.ExitCode == 0, $"aws {string.Join(' ', arguments)}\n{result.Error}");
        return result.Output;
    }

    private Task<ClientResult> RunAsync(params string[] arguments) =>
        sandbox.RunAsync(ForeignClient.Aws!, ["--endpoint-url", $"{sandbox.Endpoint}", .. arguments]);
}
