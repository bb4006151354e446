using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>Lets local clients in, and tells what is for the sandbox itself from what is for AWS. No fault closes the way to switch it off.</summary>
internal sealed class FrontDoor(FaultyEndpoint aws, ControlService control)
{
    public Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        RefuseBrowsers(request);
        return request.Path.StartsWith(ControlService.Prefix, StringComparison.Ordinal)
            ? control.AnswerAsync(request)
            : aws.AnswerAsync(request, cancellationToken);
    }

    /// <summary>A page in the user's browser must not reach the fleet, be it by a name that resolves here.</summary>
    private static void RefuseBrowsers(HttpRequest request)
    {
        var host = request.Header("Host") ?? "";
        var name = host.Split(':')[0];
        if (request.Header("Origin") is not null || name is not ("127.0.0.1" or "localhost"))
            throw new HttpRefusedException(403, "Only local clients that are no browser are answered.");
    }
}
