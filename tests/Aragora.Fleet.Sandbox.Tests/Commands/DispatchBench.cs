using System.Diagnostics;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Ssm.Commands;
using Aragora.Fleet.Sandbox.Ssm.Parameters;
using Aragora.Fleet.Sandbox.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Sandbox.Tests.Commands;

/// <summary>A dispatcher in front of fake hosts, with a clock that stands still.</summary>
internal sealed class DispatchBench : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Dispatcher _dispatcher;
    private bool _isDisposed;

    public DispatchBench(int hosts)
    {
        Hosts = [.. Enumerable.Range(0, hosts).Select(_ => new FakeHost())];
        _dispatcher = new Dispatcher(
            Hosts.Select((host, index) => (Id: IdOf(index), Host: (IScriptHost)host))
                .ToDictionary(host => host.Id, host => host.Host),
            Clock);
        Parameters = new ParameterStore("us-east-2", Clock);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    public IReadOnlyList<FakeHost> Hosts { get; }

    public ParameterStore Parameters { get; }

    public static string IdOf(int index) => $"i-{index:x17}";

    public static async Task UntilAsync(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(1))
        {
            if (waited.Elapsed > s_patience)
            {
                throw new TimeoutException("The condition did not come true.");
            }
        }
    }

    /// <summary>Sends to all hosts, by their ids or as the targets of a tag.</summary>
    public RunCommand Send(object? members = null, string? target = null)
    {
        var ids = Hosts.Select((_, index) => IdOf(index)).ToArray();
        var request = new Dictionary<string, object>
        {
            ["DocumentName"] = "AWS-RunShellScript",
            ["Parameters"] = new { commands = new[] { "true" }, executionTimeout = new[] { "600" } },
        };
        if (target is null)
        {
            request["InstanceIds"] = ids;
        }
        else
        {
            request["Targets"] = new[] { new { Key = target, Values = target == "InstanceIds" ? ids : ["x"] } };
        }

        foreach (var member in members?.GetType().GetProperties() ?? [])
        {
            request[member.Name] = member.GetValue(members)!;
        }

        var order = SendCommandRequest.Parse(JsonArguments.Parse(JsonSerializer.Serialize(request)));
        var command = new RunCommand(
            order, [.. ids.Select(id => new Invocation(id, id))], Parameters, Clock.GetUtcNow());
        _dispatcher.Dispatch(command);
        return command;
    }

    public void Cancel(RunCommand command) => _dispatcher.Cancel(command, []);

    /// <summary>The details of each invocation, when there are as many as wanted that are so.</summary>
    public static Task UntilAsync(RunCommand command, string details, int count) =>
        UntilAsync(() => command.Invocations.Count(invocation => invocation.State.Details == details) == count);

    /// <summary>Waits until nothing is under way any more, so that a test can tell what did not happen.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await _dispatcher.DisposeAsync();
        }
    }
}
