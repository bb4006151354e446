using Amazon.SimpleSystemsManagement.Model;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>
/// The scripts of agent-cases.json on a live host. Sources: amazon-ssm-agent, agent/plugins/runscript,
/// agent/plugins/pluginutil (GetStatus, StringPrefix), agent/executers, agent/framework/runpluginutil and
/// agent/parameterstore; API reference GetCommandInvocation for the 8,000 characters of stderr.
/// </summary>
[Collection(SharedSandbox.Name)]
public sealed class AgentCaseTests(SandboxFixture fixture)
{
    public static TheoryData<AgentCase> Cases => [.. AgentCase.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_script_ends_as_the_agent_reports_it(AgentCase script)
    {
        var clients = fixture.Clients;
        foreach (var (name, type, value) in new[]
                 {
                     ("/agent/text", "String", "a value"), ("/agent/list", "StringList", "echo one,echo two"),
                     ("/agent/secret", "SecureString", "a secret"),
                 })
        {
            await clients.EnsureParameterAsync(name, type, value);
        }

        var sent = await clients.Ssm.SendCommandAsync(new SendCommandRequest
        {
            DocumentName = "AWS-RunShellScript",
            InstanceIds = [SandboxFixture.Al2023First],
            Parameters = new Dictionary<string, List<string>>
            {
                ["commands"] = [script.Script],
                ["workingDirectory"] = [script.Directory],
                ["executionTimeout"] = [$"{script.Seconds}"],
            },
        });
        var run = await clients.AwaitEndAsync(sent.Command.CommandId, SandboxFixture.Al2023First);
        Assert.Equal(script.Details, run.StatusDetails);
        Assert.Contains(run.ResponseCode!.Value, script.Codes);
        Assert.Equal(
            script.Details == "ExecutionTimedOut" ? "TimedOut" : script.Details, run.Status.Value);
        Assert.Equal(script.Stdout, run.StandardOutputContent);
        if (script.Stderr is not null)
        {
            Assert.Equal(script.Stderr, run.StandardErrorContent);
            return;
        }

        Assert.EndsWith(
            $"failed to run commands: exit status {run.ResponseCode}", run.StandardErrorContent,
            StringComparison.Ordinal);
    }
}
