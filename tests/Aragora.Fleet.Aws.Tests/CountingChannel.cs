using System.Collections.Concurrent;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Aws.Tests;

/// <summary>Counts the calls that go to Systems Manager.</summary>
internal sealed class CountingChannel(ICommandChannel channel) : ICommandChannel
{
    public ConcurrentBag<string> Calls { get; } = [];

    public Task<string> SendAsync(SendRequest request, CancellationToken cancellationToken)
    {
        Calls.Add("SendCommand");
        return channel.SendAsync(request, cancellationToken);
    }

    public Task<Page<CommandProgress>> ListCommandsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken)
    {
        Calls.Add("ListCommands");
        return channel.ListCommandsAsync(region, query, nextToken, cancellationToken);
    }

    public Task<Page<InvocationSummary>> ListInvocationsAsync(
        string region, HistoryQuery query, string? nextToken, CancellationToken cancellationToken)
    {
        Calls.Add("ListCommandInvocations");
        return channel.ListInvocationsAsync(region, query, nextToken, cancellationToken);
    }

    public Task<InvocationOutput?> GetInvocationAsync(
        string region, InvocationSummary row, CancellationToken cancellationToken)
    {
        Calls.Add("GetCommandInvocation");
        return channel.GetInvocationAsync(region, row, cancellationToken);
    }

    public Task CancelAsync(
        string region, string commandId, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken)
    {
        Calls.Add("CancelCommand");
        return channel.CancelAsync(region, commandId, instanceIds, cancellationToken);
    }
}
