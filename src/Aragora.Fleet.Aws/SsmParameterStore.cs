using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Aws;

/// <summary>SSM Parameter Store, with parameters of the type String and the standard tier.</summary>
internal sealed class SsmParameterStore(AwsClients clients) : IParameterStore
{
    private const int PageSize = 10;

    public async Task<long?> PutAsync(
        string region, string name, string value, ParameterWrite write, CancellationToken cancellationToken)
    {
        var request = new PutParameterRequest
        {
            Name = name,
            Value = value,
            Overwrite = write != ParameterWrite.Create,
            // The service refuses to create a parameter without a type: that makes an overwrite an update.
            Type = write == ParameterWrite.Update ? null : ParameterType.String,
        };
        try
        {
            var answer = await AwsCall.RunAsync(
                "ssm:PutParameter", region, () => clients.For(region).Ssm.PutParameterAsync(request, cancellationToken))
                .ConfigureAwait(false);
            return answer.Version;
        }
        catch (FleetException failure) when (failure.InnerException is ParameterAlreadyExistsException
            || (write == ParameterWrite.Update && IsAbsent(failure)))
        {
            return null;
        }
    }

    public async Task<ParameterListing> ListAsync(string region, string path, CancellationToken cancellationToken)
    {
        var items = new List<StoredParameter>();
        var request = new GetParametersByPathRequest { Path = path, Recursive = true, MaxResults = PageSize };
        DateTimeOffset? asOf = null;
        do
        {
            var (page, date) = await AwsCall.RunAsync(
                "ssm:GetParametersByPath",
                region,
                () => ResponseDate.OfAsync(
                    () => clients.For(region).Ssm.GetParametersByPathAsync(request, cancellationToken)))
                .ConfigureAwait(false);
            asOf ??= date;
            items.AddRange((page.Parameters ?? []).Select(Map));
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));

        return new ParameterListing(items, asOf.Value);
    }

    public async Task DeleteAsync(string region, string name, CancellationToken cancellationToken)
    {
        try
        {
            await AwsCall.RunAsync(
                "ssm:DeleteParameter",
                region,
                () => clients.For(region).Ssm.DeleteParameterAsync(
                    new DeleteParameterRequest { Name = name }, cancellationToken)).ConfigureAwait(false);
        }
        catch (FleetException failure) when (failure.InnerException is ParameterNotFoundException)
        {
            // Gone already, which is what was asked for.
        }
    }

    private static bool IsAbsent(FleetException failure) =>
        failure.InnerException is AmazonServiceException { ErrorCode: "ValidationException" } refusal
        && refusal.Message.Contains("parameter type is required", StringComparison.OrdinalIgnoreCase);

    private static StoredParameter Map(Parameter parameter) => new(
        parameter.Name,
        parameter.Value ?? "",
        parameter.Version ?? 0,
        new DateTimeOffset(parameter.LastModifiedDate!.Value.ToUniversalTime(), TimeSpan.Zero));
}
