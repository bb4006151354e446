using System.Diagnostics;
using Amazon.EC2;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>The real AWS SDK, pointed at a sandbox.</summary>
internal sealed class SandboxClients : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    public SandboxClients(ISandbox sandbox, string? region = null, AWSCredentials? credentials = null)
    {
        region ??= sandbox.Region;
        credentials ??= new BasicAWSCredentials(sandbox.AccessKey.Id, sandbox.AccessKey.Secret);
        Ssm = new AmazonSimpleSystemsManagementClient(
            credentials, Configure<AmazonSimpleSystemsManagementConfig>(sandbox, region));
        Ec2 = new AmazonEC2Client(credentials, Configure<AmazonEC2Config>(sandbox, region));
        Sts = new AmazonSecurityTokenServiceClient(
            credentials, Configure<AmazonSecurityTokenServiceConfig>(sandbox, region));
    }

    public AmazonSimpleSystemsManagementClient Ssm { get; }

    public AmazonEC2Client Ec2 { get; }

    public AmazonSecurityTokenServiceClient Sts { get; }

    public void Dispose()
    {
        Ssm.Dispose();
        Ec2.Dispose();
        Sts.Dispose();
    }

    /// <summary>Sends a script to one instance.</summary>
    public async Task<string> SendAsync(string instanceId, string script, int seconds = 30)
    {
        var response = await Ssm.SendCommandAsync(new SendCommandRequest
        {
            DocumentName = "AWS-RunShellScript",
            InstanceIds = [instanceId],
            Parameters = new Dictionary<string, List<string>>
            {
                ["commands"] = [.. script.Split('\n')],
                ["executionTimeout"] = [$"{seconds}"],
            },
        });
        return response.Command.CommandId;
    }

    /// <summary>Sends a script to one instance and waits for its end.</summary>
    public async Task<GetCommandInvocationResponse> RunAsync(string instanceId, string script, int seconds = 30) =>
        await AwaitEndAsync(await SendAsync(instanceId, script, seconds), instanceId);

    /// <summary>Puts a parameter, unless there is one of the name.</summary>
    public async Task EnsureParameterAsync(string name, string type, string value)
    {
        try
        {
            await Ssm.PutParameterAsync(new PutParameterRequest { Name = name, Type = type, Value = value });
        }
        catch (ParameterAlreadyExistsException)
        {
            // Of a test before.
        }
    }

    public async Task<GetCommandInvocationResponse> AwaitEndAsync(string commandId, string instanceId)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < s_patience; await Task.Delay(50))
        {
            try
            {
                var invocation = await Ssm.GetCommandInvocationAsync(
                    new GetCommandInvocationRequest { CommandId = commandId, InstanceId = instanceId });
                if (invocation.Status.Value is not ("Pending" or "InProgress" or "Cancelling"))
                {
                    return invocation;
                }
            }
            catch (InvocationDoesNotExistException)
            {
                // The race of the first moments.
            }
        }

        throw new TimeoutException($"{commandId} on {instanceId} did not end within {s_patience}.");
    }

    private static T Configure<T>(ISandbox sandbox, string region)
        where T : ClientConfig, new() =>
        new() { ServiceURL = sandbox.Endpoint.ToString(), AuthenticationRegion = region, MaxErrorRetry = 0 };
}
