namespace Aragora.Fleet.Core.Tests.Locks;

/// <summary>The way to the fleet lock in many orders of calls and answers.</summary>
public sealed class LockRaceTests
{
    // The two single ones: a contender that is marked meets one that is marked above it.
    [Theory]
    [InlineData(0, 2000)]
    [InlineData(17321, 1)]
    [InlineData(29905, 1)]
    public async Task Of_those_who_do_not_wait_exactly_one_gets_it(int firstSeed, int count)
    {
        foreach (var seed in Enumerable.Range(firstSeed, count))
        {
            using var race = new LockRace(seed);
            var (holders, took) = await race.RunAsync();
            Assert.True(holders == 1 && took < TimeSpan.FromSeconds(30), $"seed {seed}: {holders} hold it after {took}");
        }
    }
}
