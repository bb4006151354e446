using Amazon.Runtime;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Aws;

/// <summary>
/// Gives the SDK a client whose broken connections it does not take for a reason to send again: with its retries set to
/// none it still repeats a request up to ten times when the connection breaks before the answer or in the middle of it.
/// </summary>
internal sealed class SendOnceFactory : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var network = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            Proxy = clientConfig.GetWebProxy(),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        };
        return new HttpClient(new Handler(network))
        {
            Timeout = clientConfig.Timeout ?? Timeout.InfiniteTimeSpan,
        };
    }

    private sealed class Handler(HttpMessageHandler network) : DelegatingHandler(network)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
                // To its end, here: a body that breaks off in the SDK's hands is sent for again too.
                await response.Content.LoadIntoBufferAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
                return response;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                // Without the cause inside: the SDK looks for it there.
                throw new FleetException(
                    FailureKind.ServiceUnavailable,
                    e.InnerException?.Message ?? e.Message,
                    "Check the network, the endpoint and the AWS Health Dashboard, then try again.",
                    request.RequestUri);
            }
        }
    }
}
