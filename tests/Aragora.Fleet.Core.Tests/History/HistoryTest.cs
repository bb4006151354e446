using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.History;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.History;

/// <summary>A history of commands on a fake channel, and the ways to ask for it.</summary>
public abstract class HistoryTest
{
    private protected const string Region = "us-east-2";

    private protected readonly Clockwork _clock = new();
    private protected readonly FakeCommandChannel _channel;
    private protected readonly FakeDirectory _instances = new();
    private protected readonly RegionLimits _limits;

    protected HistoryTest()
    {
        _channel = new FakeCommandChannel(_clock.Time);
        _limits = new RegionLimits(_clock.Time);
        _instances.Known.AddRange(Enumerable.Range(0, 120).Select(Known));
    }

    private protected static string Id(int number) => $"i-{number:d8}";

    private protected static Instance Known(int number) => new()
    {
        InstanceId = Id(number),
        Name = $"host-{number}",
        Environment = "production",
        Region = Region,
        State = InstanceState.Running,
        Ping = PingStatus.Online,
    };

    private protected FakeBackend Backend() => new(_instances, _channel);

    private protected Task<string> SendAsync(int hosts, string comment = "") => _channel.SendAsync(
        new SendRequest
        {
            Region = Region,
            InstanceIds = [.. Enumerable.Range(0, hosts).Select(Id)],
            Script = "#!/bin/bash\n",
            Comment = comment,
            DeliveryTimeout = TimeSpan.FromMinutes(1),
            ExecutionTimeout = TimeSpan.FromMinutes(1),
        },
        default);

    private protected Task<List<(CommandInvocation? Row, FleetException? Failure)>> HistoryAsync(HistorySelector selector) =>
        _clock.RunAsync(Clockwork.ToListAsync(
            new CommandHistory(Backend(), _limits, new FleetSettings(), _clock.Time).FindAsync(selector, default)));

    private protected Task<(IReadOnlyList<FoundCommand> Found, IReadOnlyList<FleetException> Missing)> FindAsync(
        IReadOnlyList<CommandReference> references) =>
        _clock.RunAsync(
            new CommandFinder(Backend(), _limits, new FleetSettings(), _clock.Time).FindAsync(references, [Region], default));

    private protected Task<List<(CommandResult Result, FleetException? Failure)>> WaitAsync(
        IReadOnlyList<FoundCommand> commands, TimeSpan timeout) =>
        _clock.RunAsync(Clockwork.ToListAsync(Service().WaitAsync(commands, timeout, default)));

    private protected Task<List<(CommandResult Result, FleetException? Failure)>> ReceiveAsync(IReadOnlyList<FoundCommand> commands) =>
        _clock.RunAsync(Clockwork.ToListAsync(Service().ReceiveAsync(commands, default)));

    private protected PastCommandService Service() => new(
        _channel,
        new FakeDirectory(),
        _limits,
        new HostOperationRunner(
            new CommandDispatcher(_channel, new FakeDirectory(), _limits, _clock.Time, NoLog.Instance), new FleetSettings()),
        _clock.Time,
        NoLog.Instance);
}
