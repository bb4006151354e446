using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Core.Tests.Rollouts;

public sealed class WaveListTests
{
    [Theory]
    [InlineData("1", 4, "1 1 1 1")]
    [InlineData("1,25%", 4, "1 1 1 1")]
    [InlineData("1,50%", 4, "1 2 1")]
    [InlineData("1,100%", 4, "1 3")]
    [InlineData("1,5,25%", 20, "1 5 5 5 4")]
    [InlineData("25%", 3, "1 1 1")]
    [InlineData("10", 4, "4")]
    [InlineData("1", 0, "")]
    public void Cuts_hosts_into_waves_and_repeats_the_last_size(string sizes, int hosts, string expected) =>
        Assert.Equal(
            expected,
            string.Join(' ', WaveList.Parse([sizes]).Cut(Enumerable.Range(0, hosts).ToList()).Select(wave => wave.Count)));

    [Fact]
    public void Keeps_the_order_of_the_hosts() =>
        Assert.Equal([0, 1, 2, 3, 4], WaveList.Parse(["2", "50%"]).Cut(Enumerable.Range(0, 5).ToList()).SelectMany(w => w));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("101%")]
    [InlineData("0%")]
    [InlineData("1,,2")]
    [InlineData("half")]
    [InlineData("1.5")]
    public void Refuses_what_is_no_size(string sizes) =>
        Assert.Equal(FailureKind.WaveInvalid, Assert.Throws<FleetException>(() => WaveList.Parse([sizes])).Kind);
}
