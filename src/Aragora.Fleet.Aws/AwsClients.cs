using System.Collections.Concurrent;
using Amazon;
using Amazon.EC2;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.SecurityToken;
using Amazon.SimpleSystemsManagement;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Aws;

/// <summary>The SDK's clients, one set for each region, made when first asked for.</summary>
internal sealed class AwsClients(BackendOptions options) : IDisposable
{
    // An inventory of 10,000 hosts takes hundreds of calls: with the SDK's own two retries, one of them would be lost
    // for good as soon as the service is throttling in earnest.
    private const int ReadRetries = 5;

    private readonly ConcurrentDictionary<string, Lazy<RegionClients>> _regions = new(StringComparer.Ordinal);
    private readonly Lazy<AWSCredentials> _credentials = new(() => ResolveCredentials(options));

    /// <exception cref="FleetException">RegionInvalid, ProfileNotFound.</exception>
    public RegionClients For(string region) =>
        _regions.GetOrAdd(region, name => new Lazy<RegionClients>(() => Create(name))).Value;

    public void Dispose()
    {
        foreach (var region in _regions.Values.Where(region => region.IsValueCreated))
        {
            region.Value.Dispose();
        }
    }

    private RegionClients Create(string region)
    {
        if (!RegionEndpoint.EnumerableAllRegions.Any(known => known.SystemName == region))
        {
            throw new FleetException(
                FailureKind.RegionInvalid,
                $"'{region}' is no AWS region.",
                "Give a region such as us-east-2.",
                region);
        }

        // The SDK would run a script twice: it sends again what was answered 500, and ten times what was cut, whatever its
        // own setting says; SendCommand has no idempotency token.
        var sending = Configure(new AmazonSimpleSystemsManagementConfig(), region);
        sending.MaxErrorRetry = 0;
        sending.HttpClientFactory = new SendOnceFactory();
        var credentials = _credentials.Value;
        return new RegionClients(
            new AmazonEC2Client(credentials, Configure(new AmazonEC2Config(), region)),
            ResponseDate.Watch(new AmazonSimpleSystemsManagementClient(
                credentials, Configure(new AmazonSimpleSystemsManagementConfig(), region))),
            new AmazonSimpleSystemsManagementClient(credentials, sending),
            new AmazonSecurityTokenServiceClient(credentials, Configure(new AmazonSecurityTokenServiceConfig(), region)));
    }

    private T Configure<T>(T config, string region)
        where T : ClientConfig
    {
        config.Timeout = TimeSpan.FromSeconds(30);
        config.MaxErrorRetry = ReadRetries;
        if (options.EndpointUrl is { } endpoint)
        {
            // The two exclude each other, and without the second every request would be signed for us-east-1.
            config.ServiceURL = endpoint.ToString();
            config.AuthenticationRegion = region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }

    private static AWSCredentials ResolveCredentials(BackendOptions options)
    {
        if (options.AccessKey is { } key)
        {
            return new BasicAWSCredentials(key.Id, key.Secret);
        }

        if (options.ProfileName is not { } profile)
        {
            return FromChain();
        }

        var chain = new CredentialProfileStoreChain();
        if (!chain.TryGetProfile(profile, out _))
        {
            throw new FleetException(
                FailureKind.ProfileNotFound,
                $"There is no AWS profile '{profile}'.",
                "Check ~/.aws/config and ~/.aws/credentials, or leave -ProfileName out.",
                profile);
        }

        return chain.TryGetAWSCredentials(profile, out var credentials)
            ? AssumedRole.Wrap(credentials)
            : throw new FleetException(
                FailureKind.CredentialUnavailable,
                $"The AWS profile '{profile}' gives no credentials.",
                "Sign in (aws sso login), or complete the profile.",
                profile);
    }

    // Environment, web identity, AWS_PROFILE, container, instance: the SDK's own order.
    private static AWSCredentials FromChain()
    {
        try
        {
            return AssumedRole.Wrap(DefaultAWSCredentialsIdentityResolver.GetCredentials());
        }
        catch (AmazonClientException e)
        {
            throw AwsFailureMapper.NoCredentials("AWS", e);
        }
    }
}

/// <summary>The clients of one region.</summary>
/// <param name="Ec2">EC2.</param>
/// <param name="Ssm">SSM, with the SDK's retries.</param>
/// <param name="SsmSend">SSM without retries, for SendCommand alone.</param>
/// <param name="Sts">STS.</param>
internal sealed record RegionClients(
    AmazonEC2Client Ec2,
    AmazonSimpleSystemsManagementClient Ssm,
    AmazonSimpleSystemsManagementClient SsmSend,
    AmazonSecurityTokenServiceClient Sts) : IDisposable
{
    public void Dispose()
    {
        Ec2.Dispose();
        Ssm.Dispose();
        SsmSend.Dispose();
        Sts.Dispose();
    }
}
