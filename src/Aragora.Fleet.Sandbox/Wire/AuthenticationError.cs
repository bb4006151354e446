namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>What each protocol calls the ways in which a request can fail to prove who sent it.</summary>
internal static class AuthenticationError
{
    public static AwsException Missing(AwsProtocol protocol) => protocol == AwsProtocol.Json
        ? new("MissingAuthenticationTokenException", "Missing Authentication Token")
        : new("MissingAuthenticationToken", "Request is missing Authentication Token", 403);

    public static AwsException Incomplete(AwsProtocol protocol) => protocol == AwsProtocol.Json
        ? new("IncompleteSignatureException", "The request signature does not conform to AWS standards.")
        : new("IncompleteSignature", "The request signature does not conform to AWS standards.");

    public static AwsException UnknownKey(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.Json => new(
            "UnrecognizedClientException", "The security token included in the request is invalid."),
        AwsProtocol.Ec2 => new(
            "AuthFailure", "AWS was not able to validate the provided access credentials", 401),
        _ => new("InvalidClientTokenId", "The security token included in the request is invalid.", 403),
    };

    public static AwsException ExpiredToken(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.Json => new(
            "ExpiredTokenException", "The security token included in the request is expired"),
        AwsProtocol.Ec2 => new("RequestExpired", "Request has expired."),
        _ => new("ExpiredToken", "The security token included in the request is expired", 403),
    };

    public static AwsException WrongSignature(AwsProtocol protocol)
    {
        const string Message = "The request signature we calculated does not match the signature you provided. "
            + "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
        return protocol == AwsProtocol.Json
            ? new("InvalidSignatureException", Message)
            : new("SignatureDoesNotMatch", Message, 403);
    }

    public static AwsException Skewed(AwsProtocol protocol, string signed, string now)
    {
        var message = string.CompareOrdinal(signed, now) < 0
            ? $"Signature expired: {signed} is now earlier than {now} - 15 min."
            : $"Signature not yet current: {signed} is still later than {now} + 15 min.";
        return protocol switch
        {
            AwsProtocol.Json => new("InvalidSignatureException", message),
            AwsProtocol.Ec2 => new("RequestExpired", "Request has expired."),
            _ => new("SignatureDoesNotMatch", message, 403),
        };
    }
}
