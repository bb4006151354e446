using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>The one endpoint of all services: verifies the signature, routes by protocol.</summary>
/// <param name="signatures">Who may come in.</param>
/// <param name="json">The JSON services by the prefix of their X-Amz-Target, such as <c>AmazonSSM</c>.</param>
/// <param name="ec2">EC2.</param>
/// <param name="sts">STS.</param>
internal sealed class AwsEndpoint(
    SignatureCheck signatures, IReadOnlyDictionary<string, IAwsService> json, IAwsService ec2, IAwsService sts)
{
    public Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
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
