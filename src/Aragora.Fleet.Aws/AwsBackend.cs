using Amazon.SecurityToken.Model;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Aws;

/// <summary>EC2, SSM and STS as one backend.</summary>
internal sealed class AwsBackend(AwsClients clients) : IFleetBackend
{
    public IInstanceDirectory Instances { get; } = new Ec2InstanceDirectory(clients);

    public ICommandChannel Commands { get; } = new SsmCommandChannel(clients);

    public IParameterStore Parameters { get; } = new SsmParameterStore(clients);

    public async Task<CallerIdentity> GetCallerIdentityAsync(string region, CancellationToken cancellationToken)
    {
        var answer = await AwsCall.RunAsync(
            "sts:GetCallerIdentity",
            region,
            () => clients.For(region).Sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken))
            .ConfigureAwait(false);
        return new CallerIdentity(answer.Account, answer.Arn);
    }

    public ValueTask DisposeAsync()
    {
        clients.Dispose();
        return ValueTask.CompletedTask;
    }
}
