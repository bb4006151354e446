using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>One emulated service.</summary>
internal interface IAwsService
{
    /// <summary>Answers one verified request; refusals are <see cref="AwsException"/>.</summary>
    HttpResponse Answer(HttpRequest request, string region, string requestId);
}
