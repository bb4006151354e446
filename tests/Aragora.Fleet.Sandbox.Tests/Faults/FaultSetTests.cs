using Aragora.Fleet.Sandbox.Faults;
using Aragora.Fleet.Sandboxes;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Faults;

public sealed class FaultSetTests
{
    private const string Host = "i-0dbd51f74a9a11fcc";

    private readonly FakeTimeProvider _time = new();
    private readonly FaultSet _faults;

    public FaultSetTests() => _faults = new FaultSet(_time);

    [Fact]
    public void A_rate_strikes_about_so_often_and_the_same_seed_strikes_the_same()
    {
        var first = Draw(seed: 5);

        Assert.InRange(first.Count(struck => struck), 60, 140);
        Assert.Equal(first, Draw(seed: 5));
        Assert.NotEqual(first, Draw(seed: 6));

        List<bool> Draw(int seed)
        {
            _faults.Set(new SandboxFault { Kind = SandboxFaultKind.LostReply, Rate = 0.1, Seed = seed });
            return [.. Enumerable.Range(0, 1_000).Select(_ => _faults.StrikeHost(SandboxFaultKind.LostReply, Host) is not null)];
        }
    }

    [Fact]
    public void A_count_ends_it()
    {
        _faults.Set(new SandboxFault { Kind = SandboxFaultKind.LostReply, Count = 2 });

        Assert.Equal(
            [true, true, false],
            Enumerable.Range(0, 3).Select(_ => _faults.StrikeHost(SandboxFaultKind.LostReply, Host) is not null));
        Assert.Empty(_faults.All);
    }

    [Fact]
    public void It_keeps_to_its_hosts_and_its_action()
    {
        _faults.Set(new SandboxFault { Kind = SandboxFaultKind.ServerError, InstanceIds = [Host], ApiAction = "SendCommand" });

        Assert.NotNull(_faults.StrikeCall(SandboxFaultKind.ServerError, "SendCommand", $"{{\"InstanceIds\":[\"{Host}\"]}}"));
        Assert.Null(_faults.StrikeCall(SandboxFaultKind.ServerError, "SendCommand", "{\"InstanceIds\":[\"i-1\"]}"));
        Assert.Null(_faults.StrikeCall(SandboxFaultKind.ServerError, "CancelCommand", Host));
    }

    [Fact]
    public void A_token_bucket_lets_a_burst_through_and_then_its_rate()
    {
        _faults.Set(new SandboxFault { Kind = SandboxFaultKind.Throttling, CallsPerSecond = 2, Burst = 3 });

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => Passes()));
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal([true, false], Enumerable.Range(0, 2).Select(_ => Passes()));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => Passes()));

        bool Passes() => _faults.StrikeCall(SandboxFaultKind.Throttling, "ListCommands", "") is null;
    }

    [Fact]
    public void The_same_kind_hosts_and_action_are_set_anew_and_others_beside_it()
    {
        _faults.Set(new SandboxFault { Kind = SandboxFaultKind.SlowHost, Delay = TimeSpan.FromSeconds(1) });
        _faults.Set(new SandboxFault { Kind = SandboxFaultKind.SlowHost, Delay = TimeSpan.FromSeconds(2) });
        _faults.Set(new SandboxFault { Kind = SandboxFaultKind.SlowHost, InstanceIds = [Host] });

        Assert.Equal(2, _faults.All.Count);
        Assert.Equal(TimeSpan.FromSeconds(2), _faults.StrikeHost(SandboxFaultKind.SlowHost, "i-other")!.Delay);
        _faults.Clear(SandboxFaultKind.SlowHost);
        Assert.Empty(_faults.All);
    }

    [Fact]
    public void An_agent_that_is_offline_stays_so()
    {
        _faults.Set(new SandboxFault { Kind = SandboxFaultKind.AgentOffline, Rate = 0.5 });
        var ids = Enumerable.Range(0, 200).Select(number => $"i-{number:x17}").ToList();
        var offline = ids.FindAll(_faults.IsOffline);

        Assert.InRange(offline.Count, 60, 140);
        Assert.Equal(offline, ids.FindAll(id => _faults.StrikeHost(SandboxFaultKind.AgentOffline, id) is not null));
    }

    public static TheoryData<SandboxFault> Wrong =>
    [
        new SandboxFault { Kind = SandboxFaultKind.LostReply, Rate = 2 },
        new SandboxFault { Kind = SandboxFaultKind.LostReply, Rate = double.NaN },
        new SandboxFault { Kind = SandboxFaultKind.LostReply, Count = 0 },
        new SandboxFault { Kind = SandboxFaultKind.Throttling, Burst = 0 },
        new SandboxFault { Kind = SandboxFaultKind.Throttling, CallsPerSecond = 0 },
        new SandboxFault { Kind = SandboxFaultKind.SlowHost, Delay = TimeSpan.FromSeconds(-1) },
        new SandboxFault { Kind = SandboxFaultKind.EventualConsistency, Delay = TimeSpan.FromSeconds(11) },
        new SandboxFault { Kind = (SandboxFaultKind)99 },
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_out_of_range_is_refused(SandboxFault fault) =>
        Assert.Throws<ArgumentException>(() => _faults.Set(fault));
}
