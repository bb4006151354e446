using Aragora.Fleet.Health;

namespace Aragora.Fleet.Core.Tests.Health;

public sealed class HealthTimestampTests
{
    private static readonly DateTimeOffset s_at = new DateTimeOffset(2026, 3, 7, 12, 34, 56, TimeSpan.Zero).AddTicks(1234560);

    [Theory]
    [InlineData("2026-03-07T12:34:56.123456+00:00Z")]
    [InlineData("2026-03-07T12:34:56.123456+00:00")]
    [InlineData("2026-03-07T12:34:56.123456Z")]
    [InlineData("2026-03-07T14:34:56.123456+02:00Z")]
    public void Reads_every_form_the_service_writes(string text) => Assert.Equal(s_at, HealthTimestamp.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    public void Anything_else_is_no_timestamp(string? text) => Assert.Null(HealthTimestamp.Parse(text));
}
