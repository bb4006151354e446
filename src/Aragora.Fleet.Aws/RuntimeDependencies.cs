using Amazon;
using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SecurityToken;
using Amazon.SSO;
using Amazon.SSOOIDC;

namespace Aragora.Fleet.Aws;

/// <summary>
/// Tells AWSSDK.Core which STS, SSO and OIDC clients to use. Left alone it looks through every assembly of the process by
/// name, finds the ones that another module loaded, and web-identity and SSO credentials break. These calls are not
/// signed, so the clients need no credentials; roles, whose calls are, see <see cref="AssumedRole"/>.
/// </summary>
internal static class RuntimeDependencies
{
    private static readonly Lazy<bool> s_registered = new(RegisterOnce);

    public static void Register() => _ = s_registered.Value;

    private static bool RegisterOnce()
    {
        var registry = GlobalRuntimeDependencyRegistry.Instance;
        var unsigned = new AnonymousAWSCredentials();
        registry.RegisterSecurityTokenServiceClient(context => new AmazonSecurityTokenServiceClient(
            unsigned, context.SecurityTokenServiceClientContextData.Region ?? RegionEndpoint.USEast1));
        registry.RegisterSSOClient(context => new AmazonSSOClient(unsigned, context.SSOClientContextData.Region));
        registry.RegisterSSOOIDCClient(
            context => new AmazonSSOOIDCClient(unsigned, context.SSOOIDCClientContextData.Region));
        return true;
    }
}
