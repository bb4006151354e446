namespace Aragora.Fleet.Ports;

/// <summary>The cloud that holds the fleet. All failures are <see cref="Failures.FleetException"/>.</summary>
public interface IFleetBackend : IAsyncDisposable
{
    /// <summary>The inventory: EC2 and the SSM agent registry.</summary>
    IInstanceDirectory Instances { get; }

    /// <summary>The remote command channel: SSM Run Command.</summary>
    ICommandChannel Commands { get; }

    /// <summary>What all clients of the fleet share: SSM Parameter Store.</summary>
    IParameterStore Parameters { get; }

    /// <summary>Who the credentials belong to. Source: STS GetCallerIdentity.</summary>
    Task<CallerIdentity> GetCallerIdentityAsync(string region, CancellationToken cancellationToken);
}

/// <summary>Makes backends. The one type of the AWS assembly that is found by name.</summary>
public interface IFleetBackendFactory
{
    /// <summary>Makes a backend; no call is made yet.</summary>
    IFleetBackend Create(BackendOptions options);
}

/// <summary>How to reach the cloud.</summary>
public sealed record BackendOptions
{
    /// <summary>The AWS profile; null for the SDK's own chain.</summary>
    public string? ProfileName { get; init; }

    /// <summary>An endpoint for all services in place of AWS's own.</summary>
    public Uri? EndpointUrl { get; init; }

    /// <summary>Explicit keys, which the sandbox uses; null for the SDK's own chain.</summary>
    public AccessKey? AccessKey { get; init; }
}

/// <summary>A pair of access keys.</summary>
/// <param name="Id">The access key id.</param>
/// <param name="Secret">The secret access key.</param>
public sealed record AccessKey(string Id, string Secret)
{
    /// <inheritdoc/>
    public override string ToString() => Id;
}

/// <summary>Who is calling.</summary>
/// <param name="Account">The 12-digit account.</param>
/// <param name="Arn">The caller's ARN.</param>
public sealed record CallerIdentity(string Account, string Arn);
