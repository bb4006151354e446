using System.Globalization;
using System.Text.RegularExpressions;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Aws;

/// <summary>SSM Run Command with the document AWS-RunShellScript.</summary>
internal sealed partial class SsmCommandChannel(AwsClients clients) : ICommandChannel
{
    private const int PageSize = 50;
    private const string Document = "AWS-RunShellScript";

    public async Task<string> SendAsync(SendRequest request, CancellationToken cancellationToken)
    {
        var send = new SendCommandRequest
        {
            DocumentName = Document,
            InstanceIds = [.. request.InstanceIds],
            Comment = request.Comment,
            TimeoutSeconds = (int)request.DeliveryTimeout.TotalSeconds,
            // All at once: waves are cut by the caller, and the service's own limit would stop at its first error.
            MaxConcurrency = "50",
            MaxErrors = "50",
            Parameters = new Dictionary<string, List<string>>
            {
                ["commands"] = [request.Script],
                ["executionTimeout"] =
                    [((int)request.ExecutionTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture)],
            },
        };
        try
        {
            var answer = await AwsCall.RunAsync(
                "ssm:SendCommand",
                request.Region,
                () => clients.For(request.Region).SsmSend.SendCommandAsync(send, cancellationToken)).ConfigureAwait(false);
            return answer.Command.CommandId;
        }
        catch (FleetException failure) when (failure.InnerException is InvalidInstanceIdException e)
        {
            throw new InvalidTargetsException(
                [.. InstanceIds().Matches(e.Message).Select(match => match.Value)], e.Message, e);
        }
    }

    public async Task<Page<CommandProgress>> ListCommandsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken)
    {
        var request = new ListCommandsRequest
        {
            CommandId = query.CommandId,
            InstanceId = query.InstanceId,
            Filters = Filters(query),
            MaxResults = PageSize,
            NextToken = nextToken,
        };
        var page = await AwsCall.RunAsync(
            "ssm:ListCommands", region, () => clients.For(region).Ssm.ListCommandsAsync(request, cancellationToken))
            .ConfigureAwait(false);
        return new Page<CommandProgress>(
            [.. (page.Commands ?? []).Select(c =>
                new CommandProgress(c.CommandId, c.StatusDetails ?? c.Status?.Value ?? "", c.CompletedCount ?? 0)
                {
                    Comment = c.Comment ?? "",
                    Requested = Utc(c.RequestedDateTime),
                    InstanceIds = c.InstanceIds ?? [],
                })],
            Token(page.NextToken));
    }

    public async Task<Page<InvocationSummary>> ListInvocationsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken)
    {
        var request = new ListCommandInvocationsRequest
        {
            CommandId = query.CommandId,
            InstanceId = query.InstanceId,
            Filters = Filters(query),
            Details = true,
            MaxResults = PageSize,
            NextToken = nextToken,
        };
        var page = await AwsCall.RunAsync(
            "ssm:ListCommandInvocations",
            region,
            () => clients.For(region).Ssm.ListCommandInvocationsAsync(request, cancellationToken)).ConfigureAwait(false);
        return new Page<InvocationSummary>([.. (page.CommandInvocations ?? []).Select(Map)], Token(page.NextToken));
    }

    public async Task<InvocationOutput?> GetInvocationAsync(
        string region, InvocationSummary row, CancellationToken cancellationToken)
    {
        var request = new GetCommandInvocationRequest
        {
            CommandId = row.CommandId, InstanceId = row.InstanceId, PluginName = row.Step,
        };
        try
        {
            var answer = await AwsCall.RunAsync(
                "ssm:GetCommandInvocation",
                region,
                () => clients.For(region).Ssm.GetCommandInvocationAsync(request, cancellationToken)).ConfigureAwait(false);
            return new InvocationOutput(answer.StandardOutputContent ?? "", answer.StandardErrorContent ?? "");
        }
        catch (FleetException failure) when (failure.InnerException is InvocationDoesNotExistException)
        {
            return null;
        }
    }

    public Task CancelAsync(
        string region, string commandId, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        var request = new CancelCommandRequest
        {
            CommandId = commandId, InstanceIds = instanceIds.Count > 0 ? [.. instanceIds] : null,
        };
        return AwsCall.RunAsync(
            "ssm:CancelCommand", region, () => clients.For(region).Ssm.CancelCommandAsync(request, cancellationToken));
    }

    private static List<CommandFilter>? Filters(HistoryQuery query)
    {
        var filters = new List<CommandFilter>();
        Add("InvokedAfter", Time(query.After));
        Add("InvokedBefore", Time(query.Before));
        Add("Status", query.Status);
        return filters.Count > 0 ? filters : null;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                filters.Add(new CommandFilter { Key = key, Value = value });
            }
        }

        static string? Time(DateTimeOffset? at) =>
            at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }

    private static InvocationSummary Map(CommandInvocation invocation)
    {
        var steps = invocation.CommandPlugins ?? [];
        var step = DecisiveStep.Of(steps);
        return new InvocationSummary
        {
            CommandId = invocation.CommandId,
            InstanceId = invocation.InstanceId,
            InstanceName = invocation.InstanceName ?? "",
            Comment = invocation.Comment ?? "",
            Document = invocation.DocumentName ?? "",
            Requested = Utc(invocation.RequestedDateTime),
            Status = invocation.Status?.Value ?? "",
            StatusDetails = invocation.StatusDetails ?? "",
            Step = steps.Count > 1 ? step?.Name : null,
            ResponseCode = step?.ResponseCode ?? -1,
            Output = step?.Output ?? "",
            Started = Utc(step?.ResponseStartDateTime),
            Finished = Utc(step?.ResponseFinishDateTime),
        };
    }

    private static DateTimeOffset? Utc(DateTime? time) =>
        time is { } at && at.Year > 1970 ? new DateTimeOffset(at.ToUniversalTime(), TimeSpan.Zero) : null;

    private static string? Token(string? token) => string.IsNullOrEmpty(token) ? null : token;

    [GeneratedRegex("m?i-[0-9a-f]{8,17}")]
    private static partial Regex InstanceIds();
}
