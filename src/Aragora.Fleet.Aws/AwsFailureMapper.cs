using Amazon.Runtime;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Aws;

/// <summary>Translates the SDK's exceptions: no Amazon type leaves this assembly.</summary>
internal static class AwsFailureMapper
{
    public static FleetException Map(string action, string region, AmazonServiceException e)
    {
        var code = e.ErrorCode ?? "";
        var where = $"{action} in {region}";
        return code switch
        {
            "ExpiredToken" or "ExpiredTokenException" => new FleetException(
                FailureKind.CredentialExpired,
                $"The AWS credentials have expired ({where}).",
                "Get new credentials (aws sso login, or assume the role again), then Connect-AragoraFleet.",
                region, e),
            // EC2 has one word for two causes.
            "RequestExpired" => new FleetException(
                FailureKind.CredentialExpired,
                $"The AWS credentials have expired, or the clock of this machine is wrong ({where}).",
                "Compare the clock and run it again; else get new credentials, then Connect-AragoraFleet.",
                region, e),
            "UnrecognizedClientException" or "InvalidClientTokenId" or "InvalidSignatureException" or "AuthFailure"
                or "SignatureDoesNotMatch" or "MissingAuthenticationToken" or "MissingAuthenticationTokenException"
                or "IncompleteSignature" => new FleetException(
                FailureKind.CredentialRejected,
                $"AWS refused the credentials ({where}): {Text(e)}",
                "Check the access key, the secret and the clock of this machine.",
                region, e),
            "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "OptInRequired" => new FleetException(
                FailureKind.AccessDenied,
                $"The credentials do not allow {where}.",
                $"Ask for the permission {action}.",
                action, e),
            "ThrottlingException" or "Throttling" or "RequestLimitExceeded" or "EC2ThrottledException"
                or "TooManyRequestsException" or "RequestThrottled" or "TooManyUpdates" => new FleetException(
                FailureKind.ServiceThrottled,
                $"AWS kept throttling {where}.",
                "Wait a minute and try again; other tools may be using up the account's rate.",
                action, e),
            _ when e is AmazonUnmarshallingException || (int)e.StatusCode >= 500 || e.InnerException is HttpRequestException or IOException =>
                Unreachable(action, region, e, $"HTTP {(int)e.StatusCode} {code}".TrimEnd()),
            _ => new FleetException(
                FailureKind.RequestRejected,
                $"AWS refused {where}: {Text(e)}",
                "Check the parameters of the call.",
                action, e),
        };
    }

    public static FleetException Map(string action, string region, AmazonClientException e) =>
        e.InnerException is HttpRequestException or IOException or TimeoutException
            ? Unreachable(action, region, e)
            : NoCredentials(action, e);

    public static FleetException NoCredentials(string action, AmazonClientException e) => new(
        FailureKind.CredentialUnavailable,
        $"No AWS credentials were found for {action}: {FirstLine(e.Message)}",
        "Set AWS_PROFILE, sign in (aws sso login), or give -ProfileName to Connect-AragoraFleet.",
        action, e);

    public static FleetException Unreachable(string action, string region, Exception e, string? answer = null) => new(
        FailureKind.ServiceUnavailable,
        $"{action} in {region} got no good answer: {answer ?? FirstLine(e.InnerException?.Message ?? e.Message)}",
        "Check the network, the endpoint and the AWS Health Dashboard, then try again.",
        region, e);

    private static string Text(AmazonServiceException e) => $"{e.ErrorCode}: {FirstLine(e.Message)}";

    private static string FirstLine(string text) => text.Split('\n')[0].Trim();
}
