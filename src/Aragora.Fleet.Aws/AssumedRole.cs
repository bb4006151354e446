using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.SharedInterfaces;
using Amazon.SecurityToken;

namespace Aragora.Fleet.Aws;

/// <summary>
/// The credentials of a role profile, got through our own STS client. AWSSDK.Core would look that client up by name in the
/// whole process and take another module's.
/// </summary>
internal sealed class AssumedRole : RefreshingAWSCredentials
{
    private readonly AssumeRoleAWSCredentials _role;
    private readonly AWSCredentials _source;

    private AssumedRole(AssumeRoleAWSCredentials role)
    {
        _role = role;
        _source = Wrap(role.SourceCredentials);
        PreemptExpiryTime = TimeSpan.FromMinutes(15);
    }

    /// <summary>The same credentials; those of a role, or of a role behind a role, through our own client.</summary>
    public static AWSCredentials Wrap(AWSCredentials credentials) =>
        credentials is AssumeRoleAWSCredentials role ? new AssumedRole(role) : credentials;

    /// <inheritdoc/>
    protected override CredentialsRefreshState GenerateNewCredentials()
    {
        using var client = new AmazonSecurityTokenServiceClient(
            _source, FallbackRegionFactory.GetRegionEndpoint() ?? RegionEndpoint.USEast1);
        var credentials = ((ICoreAmazonSTS)client).CredentialsFromAssumeRoleAuthentication(
            _role.RoleArn, _role.RoleSessionName, _role.Options);
        return new CredentialsRefreshState(credentials, credentials.Expiration);
    }
}
