using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>The dialects that the clients speak.</summary>
internal enum AwsProtocol
{
    /// <summary>AWS JSON 1.1, routed by X-Amz-Target.</summary>
    Json,

    /// <summary>Form in, XML out, as EC2 does it.</summary>
    Ec2,

    /// <summary>Form in, XML out, as STS does it.</summary>
    Query,
}

internal static class AwsProtocols
{
    private const string Ec2Version = "2016-11-15";

    public static AwsProtocol Of(HttpRequest request)
    {
        if (request.Header("X-Amz-Target") is not null)
            return AwsProtocol.Json;
        var form = FormEncoding.Parse(request.BodyText);
        return form.GetValueOrDefault("Version") == Ec2Version ? AwsProtocol.Ec2 : AwsProtocol.Query;
    }
}
