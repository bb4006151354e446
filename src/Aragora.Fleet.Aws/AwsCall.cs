using Amazon.Runtime;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Aws;

/// <summary>Runs one SDK call and turns whatever it throws into a failure of the closed set.</summary>
internal static class AwsCall
{
    /// <param name="action">The IAM action, for messages.</param>
    /// <param name="region">The region asked.</param>
    /// <param name="call">The call.</param>
    public static async Task<T> RunAsync<T>(string action, string region, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (AmazonServiceException e)
        {
            throw AwsFailureMapper.Map(action, region, e);
        }
        catch (AmazonClientException e)
        {
            throw AwsFailureMapper.Map(action, region, e);
        }
        catch (FleetException e) when (e.Kind == FailureKind.ServiceUnavailable)
        {
            // From our own HTTP handler, which knows neither the action nor the region.
            throw AwsFailureMapper.Unreachable(action, region, e);
        }
        catch (HttpRequestException e)
        {
            throw AwsFailureMapper.Unreachable(action, region, e);
        }
        catch (TimeoutException e)
        {
            throw AwsFailureMapper.Unreachable(action, region, e);
        }
        catch (IOException e)
        {
            throw AwsFailureMapper.Unreachable(action, region, e);
        }
    }
}
