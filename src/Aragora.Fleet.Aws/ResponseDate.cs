using System.Globalization;
using Amazon.Runtime;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Aws;

/// <summary>
/// The service's clock, from the Date header of its answers: the SDK's results do not have it, only its events do.
/// </summary>
internal static class ResponseDate
{
    private static readonly AsyncLocal<Box?> s_call = new();

    /// <summary>Makes the calls of a client tell their dates.</summary>
    public static T Watch<T>(T client)
        where T : AmazonServiceClient
    {
        client.AfterResponseEvent += static (_, answer) =>
        {
            if (s_call.Value is { } box && answer is WebServiceResponseEventArgs { ResponseHeaders: { } headers }
                && headers.TryGetValue("Date", out var text)
                && DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                box.Date = date;
            }
        };
        return client;
    }

    /// <summary>Runs one call of a watched client.</summary>
    /// <exception cref="FleetException">The answer has no date.</exception>
    public static async Task<(T Answer, DateTimeOffset Date)> OfAsync<T>(Func<Task<T>> call)
    {
        var box = new Box();
        s_call.Value = box;
        var answer = await call().ConfigureAwait(false);
        return box.Date is { } date ? (answer, date) : throw new FleetException(
            FailureKind.ServiceUnavailable,
            "The answer has no Date header.",
            "Check what stands between this machine and the endpoint.");
    }

    private sealed class Box
    {
        public DateTimeOffset? Date { get; set; }
    }
}
