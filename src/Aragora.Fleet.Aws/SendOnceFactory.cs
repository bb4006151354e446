using Amazon.Runtime;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Aws;

/// <summary>
/// Gives the SDK a client whose broken connections it does not take for a reason to send again: with its retries set to
/// none it still repeats a request up to ten times when the connection breaks before the answer.
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
                return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
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
