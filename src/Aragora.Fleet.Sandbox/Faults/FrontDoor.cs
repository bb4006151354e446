using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>Tells what is for the sandbox itself from what is for AWS. No fault closes the way to switch it off.</summary>
internal sealed class FrontDoor(FaultyEndpoint aws, ControlService control)
{
    public Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.Path.StartsWith(ControlService.Prefix, StringComparison.Ordinal))
            return aws.AnswerAsync(request, cancellationToken);
        AwsEndpoint.RefuseBrowsers(request);
        return Task.FromResult(control.Answer(request));
    }
}
