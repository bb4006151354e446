using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>The one endpoint of all services: guards the door, verifies the signature, routes by protocol.</summary>
/// <param name="signatures">Who may come in.</param>
/// <param name="json">The JSON services by the prefix of their X-Amz-Target, such as <c>AmazonSSM</c>.</param>
/// <param name="ec2">EC2.</param>
/// <param name="sts">STS.</param>
internal sealed class AwsEndpoint(
    SignatureCheck signatures, IReadOnlyDictionary<string, IAwsService> json, IAwsService ec2, IAwsService sts)
{
    public Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RefuseBrowsers(request);
        var requestId = Guid.NewGuid().ToString();
        var protocol = AwsProtocols.Of(request);
        HttpResponse response;
        try
        {
            var scope = signatures.Verify(request, protocol);
            response = Service(protocol, request).Answer(request, scope.Region, requestId);
        }
        catch (AwsException error)
        {
            response = ErrorBody.Write(protocol, error, requestId);
        }

        response.Headers.Add(("x-amzn-RequestId", requestId));
        return Task.FromResult(response);
    }

    /// <summary>A page in the user's browser must not reach the fleet, be it by a name that resolves here.</summary>
    internal static void RefuseBrowsers(HttpRequest request)
    {
        var host = request.Header("Host") ?? "";
        var name = host.Split(':')[0];
        if (request.Header("Origin") is not null || name is not ("127.0.0.1" or "localhost"))
            throw new HttpRefusedException(403, "Only local clients that are no browser are answered.");
    }

    private IAwsService Service(AwsProtocol protocol, HttpRequest request) => protocol switch
    {
        AwsProtocol.Json => JsonService(request.Header("X-Amz-Target")!),
        AwsProtocol.Ec2 => ec2,
        _ => sts,
    };

    private IAwsService JsonService(string target) =>
        json.GetValueOrDefault(target.Split('.')[0])
        ?? throw new AwsException("UnknownOperationException", $"The operation {target} is not known.");
}
