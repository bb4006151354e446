using System.Text;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Core.Tests.Commands;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>A well host, asked with a token and without one.</summary>
public sealed class HealthServiceTests
{
    private const string Well = """
        unit aragora
        load loaded
        active active
        sub running
        healthz.code 200
        healthz.body {"status":"ok"}
        readyz.code 200
        readyz.body {"status":"ready"}
        health.code 200
        health.body {"status":"healthy","timestamp":"2026-03-07T12:34:56.123456+00:00Z"}

        """;

    [Theory]
    [InlineData(false, "000", Verdict.Healthy)]
    [InlineData(true, "404", Verdict.Healthy)]
    [InlineData(true, "000", Verdict.Unknown)]
    public async Task What_was_asked_with_a_token_and_gave_no_answer_leaves_no_healthy(
        bool withToken, string code, Verdict expected)
    {
        var guarded = string.Concat(
            ((string[])["full", "detailed", "deep", "stores", "database"]).Select(name => $"{name}.code {code}\n"));
        var clock = new Clockwork();
        var channel = new FakeCommandChannel(clock.Time)
        {
            Answer = (_, _) => new FakeAnswer { Output = Block(withToken ? $"token ok\n{Well}{guarded}" : Well) },
        };
        var settings = new FleetSettings();
        var dispatcher = new CommandDispatcher(channel, new FakeDirectory(), new RegionLimits(clock.Time), clock.Time, NoLog.Instance, jitter: () => 0);
        var service = new HealthService(new HostOperationRunner(dispatcher, settings), settings);

        var rows = await clock.RunAsync(Clockwork.ToListAsync(service.CheckAsync(
            [new HostTarget("i-00000001", "host-1", "production", "us-east-2")],
            withToken ? TokenSecret.Parse("fleet/secret#TOKEN") : null,
            default)));

        Assert.Equal(expected, Assert.Single(rows).Report.Verdict);
    }

    private static string Block(string payload) =>
        $"@@aragora-result 1 {payload.Length} {PosixChecksum.Of(Encoding.ASCII.GetBytes(payload))}@@\n{payload}@@aragora-end@@\n";
}
