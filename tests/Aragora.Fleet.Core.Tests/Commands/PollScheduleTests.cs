using Aragora.Fleet.Commands;

namespace Aragora.Fleet.Core.Tests.Commands;

public sealed class PollScheduleTests
{
    [Fact]
    public void Waits_grow_to_the_longest_and_stay_there()
    {
        var schedule = new PollSchedule();

        var waits = Enumerable.Range(0, 12).Select(look => schedule.After(look, 0).TotalMilliseconds).ToList();

        Assert.Equal(300, waits[0]);
        Assert.Equal(450, waits[1], precision: 6);
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(5000, waits[^1]);
        Assert.Equal(5000, schedule.After(int.MaxValue, 0).TotalMilliseconds);
    }

    [Fact]
    public void Jitter_takes_at_most_a_fifth_off() =>
        Assert.Equal(240, new PollSchedule().After(0, 1).TotalMilliseconds, precision: 6);
}
