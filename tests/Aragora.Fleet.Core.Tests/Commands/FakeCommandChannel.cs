using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.Commands;

/// <summary>Run Command without a cloud: hosts answer after a time, on the test's clock; every call is written down.</summary>
internal sealed class FakeCommandChannel(TimeProvider time) : ICommandChannel
{
    private readonly object _gate = new();
    private readonly Dictionary<string, (SendRequest Request, DateTimeOffset SentAt)> _commands = [];

    public List<string> Calls { get; } = [];

    /// <summary>What was asked of the invocations.</summary>
    public List<HistoryQuery> Asked { get; } = [];

    public List<SendRequest> Sent { get; } = [];

    public List<string> Cancelled { get; } = [];

    /// <summary>The hosts of each cancel; none for all.</summary>
    public List<IReadOnlyList<string>> CancelledHosts { get; } = [];

    /// <summary>Whether commands look as if they had been sent to a tag.</summary>
    public bool ToTag { get; set; }

    /// <summary>After how long the tag of a command brings a host; by default at once.</summary>
    public Func<string, TimeSpan> JoinsAfter { get; set; } = _ => TimeSpan.Zero;

    /// <summary>What a host answers, and after how long; by default success at once.</summary>
    public Func<string, SendRequest, FakeAnswer> Answer { get; set; } = (_, _) => new FakeAnswer();

    /// <summary>Ids that make a whole send fail, as Systems Manager does.</summary>
    public HashSet<string> BadIds { get; } = [];

    /// <summary>Whether the refusal names the bad ids.</summary>
    public bool NamesBadIds { get; set; } = true;

    /// <summary>Thrown by the next calls, in order; null lets one pass.</summary>
    public Queue<FleetException?> NextFailures { get; } = new();

    /// <summary>Why a send fails; null where it does not.</summary>
    public Func<SendRequest, FleetException?> SendFailure { get; set; } = _ => null;

    /// <summary>Whether the service has the output of a host by itself.</summary>
    public bool KnowsInvocations { get; set; } = true;

    /// <summary>Why the output of a host is not given; null where it is.</summary>
    public Func<string, FleetException?> OutputFailure { get; set; } = _ => null;

    /// <summary>Why a command cannot be cancelled; null where it can.</summary>
    public Func<string, FleetException?> CancelFailure { get; set; } = _ => null;

    /// <summary>How long a command stays invisible after its send.</summary>
    public TimeSpan Visibility { get; set; } = TimeSpan.Zero;

    public Task<string> SendAsync(SendRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Note("Send");
            if (SendFailure(request) is { } failure)
            {
                throw failure;
            }

            if (request.InstanceIds.Where(BadIds.Contains).ToList() is { Count: > 0 } bad)
            {
                throw new InvalidTargetsException(NamesBadIds ? bad : [], "Instances not in a valid state");
            }

            var id = $"c-{_commands.Count + 1}";
            _commands[id] = (request, time.GetUtcNow());
            Sent.Add(request);
            return Task.FromResult(id);
        }
    }

    public Task<Page<CommandProgress>> ListCommandsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Note("ListCommands");
            var visible = Visible(region, query).ToList();
            var start = int.Parse(nextToken ?? "0");
            var rows = visible.Skip(start).Take(50).Select(c =>
            {
                var final = c.Value.Request.InstanceIds.Count(i => Row(i, c.Value).Status != "InProgress");
                var done = final == c.Value.Request.InstanceIds.Count;
                return new CommandProgress(c.Key, done ? "Success" : "InProgress", final)
                {
                    Comment = c.Value.Request.Comment,
                    Requested = c.Value.SentAt,
                    InstanceIds = ToTag ? [] : c.Value.Request.InstanceIds,
                };
            });
            return Task.FromResult(new Page<CommandProgress>(
                [.. rows], start + 50 < visible.Count ? $"{start + 50}" : null));
        }
    }

    public Task<Page<InvocationSummary>> ListInvocationsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Note("ListInvocations");
            Asked.Add(query);
            var rows = Visible(region, query)
                .SelectMany(c => c.Value.Request.InstanceIds.Where(i => HasJoined(i, c.Value.SentAt)).Select(i => Row(i, c.Value) with
                {
                    CommandId = c.Key, Comment = c.Value.Request.Comment, Requested = c.Value.SentAt,
                }))
                .Where(row => query.InstanceId is null || row.InstanceId == query.InstanceId)
                .ToList();
            var start = int.Parse(nextToken ?? "0");
            return Task.FromResult(new Page<InvocationSummary>(
                [.. rows.Skip(start).Take(50)], start + 50 < rows.Count ? $"{start + 50}" : null));
        }
    }

    public Task<InvocationOutput?> GetInvocationAsync(
        string region, InvocationSummary row, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Note("GetInvocation");
            if (OutputFailure(row.InstanceId) is { } failure)
            {
                throw failure;
            }

            if (!KnowsInvocations)
            {
                return Task.FromResult<InvocationOutput?>(null);
            }

            var answer = Answer(row.InstanceId, _commands[row.CommandId].Request);
            return Task.FromResult<InvocationOutput?>(new InvocationOutput(answer.Output, answer.Error));
        }
    }

    public Task CancelAsync(
        string region, string commandId, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Note("Cancel");
            if (CancelFailure(commandId) is { } failure)
            {
                throw failure;
            }

            Cancelled.Add(commandId);
            CancelledHosts.Add(instanceIds);
            return Task.CompletedTask;
        }
    }

    private InvocationSummary Row(string instanceId, (SendRequest Request, DateTimeOffset SentAt) command)
    {
        var answer = Answer(instanceId, command.Request);
        var isFinal = time.GetUtcNow() - command.SentAt >= answer.After;
        var output = answer.Error.Length == 0 ? answer.Output : $"{answer.Output}\n----------ERROR-------\n{answer.Error}";
        return new InvocationSummary
        {
            CommandId = "",
            InstanceId = instanceId,
            Status = isFinal ? answer.Status : "InProgress",
            StatusDetails = isFinal ? answer.Details ?? answer.Status : "InProgress",
            ResponseCode = isFinal ? answer.Code : -1,
            Output = isFinal ? output[..Math.Min(output.Length, 2500)] : "",
        };
    }

    private IEnumerable<KeyValuePair<string, (SendRequest Request, DateTimeOffset SentAt)>> Visible(
        string region, HistoryQuery query) => _commands.Reverse().Where(c =>
            c.Value.Request.Region == region
            && IsVisible(c.Value.SentAt)
            && (query.CommandId is null || c.Key == query.CommandId)
            && (query.After is null || c.Value.SentAt >= query.After)
            && (query.Before is null || c.Value.SentAt < query.Before));

    private bool HasJoined(string instanceId, DateTimeOffset sentAt) => time.GetUtcNow() - sentAt >= JoinsAfter(instanceId);

    private bool IsVisible(DateTimeOffset sentAt) => time.GetUtcNow() - sentAt >= Visibility;

    private void Note(string call)
    {
        Calls.Add(call);
        if (NextFailures.TryDequeue(out var failure) && failure is not null)
        {
            throw failure;
        }
    }
}

/// <summary>What a fake host answers.</summary>
internal sealed record FakeAnswer
{
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(1);

    public string Status { get; init; } = "Success";

    public string? Details { get; init; }

    public int Code { get; init; }

    public string Output { get; init; } = "ok";

    public string Error { get; init; } = "";
}
