using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Wire;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>
/// The AWS endpoint with the faults that are on for its calls, before and after they are carried out. A call that the
/// sandbox's keys did not sign is the endpoint's to refuse: it is not counted, and uses no fault up.
/// </summary>
internal sealed class FaultyEndpoint(
    HttpHandler aws, SignatureCheck signatures, FaultSet faults, SkewedClock clock, AwsCallLog calls)
{
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(20);

    public async Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!signatures.IsSigned(request))
            return await aws(request, cancellationToken);
        var protocol = AwsProtocols.Of(request);
        var action = Action(request);
        calls.Count(action);
        if (Before(protocol, Strike) is { } error)
            return ErrorBody.Write(protocol, error, Guid.NewGuid().ToString());
        if (Strike(SandboxFaultKind.CutBeforeAcceptance) is not null)
            throw new ConnectionCutException();

        var skew = Strike(SandboxFaultKind.ClockSkew) is { } skewed ? skewed.Delay ?? s_skew : TimeSpan.Zero;
        clock.Set(skew);
        var response = await aws(request, cancellationToken);
        if (skew != TimeSpan.Zero)
            response = response with { Date = clock.GetUtcNow() };
        if (Strike(SandboxFaultKind.CutAfterAcceptance) is not null)
            throw new ConnectionCutException();
        return Strike(SandboxFaultKind.ErrorAfterAcceptance) is null
            ? response
            : ErrorBody.Write(protocol, ServerError(protocol), Guid.NewGuid().ToString());

        SandboxFault? Strike(SandboxFaultKind kind) => faults.StrikeCall(kind, action, request.BodyText);
    }

    private static AwsException? Before(AwsProtocol protocol, Func<SandboxFaultKind, SandboxFault?> strike)
    {
        if (strike(SandboxFaultKind.Throttling) is not null)
            return Throttled(protocol);
        if (strike(SandboxFaultKind.ExpiredCredentials) is not null)
            return AuthenticationError.ExpiredToken(protocol);
        if (strike(SandboxFaultKind.ServerError) is not null)
            return ServerError(protocol);
        return strike(SandboxFaultKind.ServiceUnavailable) is not null
            ? new AwsException(
                protocol == AwsProtocol.Ec2 ? "Unavailable" : "ServiceUnavailable",
                "The service is unavailable. Please try again shortly.", 503)
            : null;
    }

    private static AwsException Throttled(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.Json => new("ThrottlingException", "Rate exceeded"),
        AwsProtocol.Ec2 => new("RequestLimitExceeded", "Request limit exceeded.", 503),
        _ => new("Throttling", "Rate exceeded"),
    };

    private static AwsException ServerError(AwsProtocol protocol) => protocol switch
    {
        AwsProtocol.Json => new("InternalServerError", "An error occurred on the server side.", 500),
        AwsProtocol.Ec2 => new("InternalError", "An internal error has occurred", 500),
        _ => new("InternalFailure", "An internal failure has occurred", 500),
    };

    private static string Action(HttpRequest request) => request.Header("X-Amz-Target") is { } target
        ? target[(target.IndexOf('.', StringComparison.Ordinal) + 1)..]
        : FormEncoding.Parse(request.BodyText).GetValueOrDefault("Action", "");
}
