using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Core.Tests.Rollouts;

/// <summary>A plan in words, to the letter.</summary>
public sealed class PlanTextTests
{
    private const string Old = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Older = "cccccccccccccccccccccccccccccccccccccccc";
    private const string New = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    [Fact]
    public void Exceptions_come_first_and_hosts_that_are_alike_share_a_line()
    {
        var changes = new CommitChanges
        {
            Ahead = 2, Behind = 0, RequirementsChange = true, MigrationsChange = true, Subjects = ["bbbbbbbbb Faster"],
        };
        var plan = Plan(
            [
                .. Enumerable.Range(1, 6).Select(n => Host(n) with { Wave = n == 1 ? 1 : 2, Changes = changes }),
                Host(7) with { Wave = 2, From = Older, Warnings = [new(PlanWarningKind.DetachedHead, "detached HEAD")] },
                Host(8) with { From = New, IsCurrent = true },
                Host(9) with { Obstacle = new FleetException(FailureKind.Undeliverable, "It did not answer.", "") },
            ],
            new DeployGates
            {
                MinHealthy = new HostCount(25, true),
                MaxUnreachable = new HostCount(1, false),
                MaxFailure = new HostCount(1, false),
                BakeTime = TimeSpan.FromMinutes(5),
                Approve = true,
            });

        Assert.Equal(
            """
            Deploy v1: 7 of 9 host(s) of production in 2 wave(s), all back if more than 1 fail
              gates      ready within 90 s, steady for 10 s, each wave watched for 5 min, at least 3 Healthy (9 of 9 now), 1 may be unreachable, waits 60 min for approval after wave 1
              time       about 3 min, by the last steps of these hosts
              left out   host-9 (i-00000009)  It did not answer.
              warning    host-7 (i-00000007)  detached HEAD
              commits    aaaaaaaaa -> bbbbbbbbb  2 commit(s), requirements change, MIGRATIONS CHANGE: bbbbbbbbb Faster
              commits    ccccccccc -> bbbbbbbbb  what lies between is not known
              wave 1     1 host     aaaaaaaaa -> bbbbbbbbb  Healthy  host-1 (i-00000001)
              wave 2     5 hosts    aaaaaaaaa -> bbbbbbbbb  Healthy  host-2, host-3, host-4 and 2 more
              wave 2     1 host     ccccccccc -> bbbbbbbbb  Healthy  host-7 (i-00000007)
              no change  1 host     bbbbbbbbb  host-8 (i-00000008)
            """,
            plan.ToString());
    }

    [Fact]
    public void The_worst_of_plans_still_fits_a_screen_and_counts_what_it_does_not_show()
    {
        var plan = Plan(
            [
                .. Enumerable.Range(1, 185).Select(n => Host(n) with
                {
                    Wave = 1 + (n / 4),
                    From = $"{n:d40}",
                    Warnings = [new(PlanWarningKind.DetachedHead, "detached HEAD")],
                }),
                .. Enumerable.Range(186, 15).Select(n => Host(n) with
                {
                    Obstacle = new FleetException(FailureKind.LayoutUnsupported, "No checkout.", ""),
                }),
            ],
            new DeployGates());

        var lines = plan.ToString().Split('\n');

        Assert.InRange(lines.Length, 20, 40);
        Assert.Equal(10, lines.Count(line => line.StartsWith("  STOPS IT", StringComparison.Ordinal)));
        Assert.Contains("  and more   5 host(s) that stop it, 185 host(s) with warnings (DetachedHead 185)", lines);
        Assert.Contains("  commits    of 182 more pairs are in the plan's Hosts", lines);
        Assert.Matches("^  waves [0-9]+ to 47: [0-9]+ host\\(s\\) more$", lines[^1]);
    }

    [Fact]
    public void A_plan_that_only_accepts_what_is_done_says_so()
    {
        var plan = Plan(
            [.. Enumerable.Range(1, 4).Select(n => Host(n) with { IsDone = true, AwaitsAcceptance = true })],
            new DeployGates { BakeTime = TimeSpan.FromMinutes(5), Approve = true });

        Assert.Equal(
            """
            Deploy v1: no host to change, 4 of 4 host(s) of production to watch and accept, all back if one fails
              gates      watched for 5 min, waits 60 min for approval
              time       no step is run
              done       4 hosts    by an earlier attempt, 4 not accepted yet: host-1, host-2, host-3, host-4
            """,
            (plan with { ExpectedDuration = null }).ToString());
    }

    [Theory]
    [InlineData(1, false, ", all back if more than 1 fail")]
    [InlineData(2, false, ", going on however many fail")]
    [InlineData(6, false, ", going on however many fail")]
    [InlineData(100, true, ", going on however many fail")]
    public void How_many_failures_end_it_is_told(int count, bool isPercent, string told)
    {
        var plan = Plan(
            [Host(1) with { Wave = 1 }, Host(2) with { Wave = 1 }],
            new DeployGates { MaxFailure = new HostCount(count, isPercent) });

        Assert.EndsWith(told, plan.ToString().Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_with_nothing_to_do_says_so()
    {
        var plan = Plan([Host(1) with { IsCurrent = true }], new DeployGates());

        Assert.StartsWith("Deploy v1: nothing to do on 1 host(s) of production\n", plan.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_is_for_its_fleet_and_environment_and_for_one_run()
    {
        var plan = Plan([Host(1) with { Wave = 1 }], new DeployGates());
        plan = plan with { Seal = PlanSeal.Of(plan) };

        Assert.Throws<FleetException>(() => PlanCheck.Validate(plan, new PlanOrigin("1", ""), null));
        Assert.Throws<FleetException>(() => PlanCheck.Validate(plan, PlanOrigin.None, "staging"));
        PlanCheck.Begin(plan with { Who = "someone else" });
        Assert.Throws<FleetException>(() => PlanCheck.Begin(plan));
        Assert.Throws<FleetException>(() => PlanCheck.Validate(plan, PlanOrigin.None, null));
    }

    private static HostPlan Host(int number) => new()
    {
        Target = new HostTarget($"i-{number:d8}", $"host-{number}", "production", "us-east-2"),
        From = Old,
        To = New,
        Disk = Old,
        Verdict = Verdict.Healthy,
    };

    private static ChangePlan Plan(HostPlan[] hosts, DeployGates gates) => new()
    {
        DeployId = "20260307T030000-abcdef",
        Wanted = "v1",
        Target = New,
        Environment = "production",
        Hosts = hosts,
        Waves = [.. hosts.Where(host => host.Wave is not null).GroupBy(host => host.Wave).Select(wave => wave.ToList())],
        OnFailure = FailureAction.Restore,
        Gates = gates,
        ExpectedDuration = TimeSpan.FromSeconds(170),
        Reason = "",
        Who = "test",
    };
}
