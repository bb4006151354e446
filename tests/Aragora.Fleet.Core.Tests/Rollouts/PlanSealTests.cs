using System.Reflection;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Core.Tests.Rollouts;

/// <summary>A plan of which anything was changed is not the one that was shown.</summary>
public sealed class PlanSealTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static TheoryData<string> PlanProperties => [.. Properties(typeof(ChangePlan)).Where(name => name != nameof(ChangePlan.Seal))];

    public static TheoryData<string> HostProperties => [.. Properties(typeof(HostPlan))];

    [Theory]
    [MemberData(nameof(PlanProperties))]
    public void Nothing_of_a_plan_can_be_changed_after_it_was_made(string property)
    {
        var plan = Sealed();

        Change(plan, property);

        Assert.Equal(FailureKind.PlanInvalid, Refusal(plan));
    }

    [Theory]
    [MemberData(nameof(HostProperties))]
    public void Nothing_of_a_host_of_a_plan_can_be_changed_after_it_was_made(string property)
    {
        var plan = Sealed();

        Change(plan.Hosts[0], property);

        Assert.Equal(FailureKind.PlanInvalid, Refusal(plan));
    }

    [Fact]
    public void A_plan_that_nobody_touched_is_the_one_that_was_sealed() => PlanCheck.Validate(Sealed(), PlanOrigin.None, "production");

    private static IEnumerable<string> Properties(Type type) =>
        type.GetProperties(Own).Where(property => property.CanWrite).Select(property => property.Name);

    private static void Change(object owner, string name)
    {
        var property = owner.GetType().GetProperty(name, Own)!;
        property.SetValue(owner, Other(property.GetValue(owner), property.PropertyType));
    }

    private static object Other(object? value, Type type) => value switch
    {
        string text => text + "x",
        int number => number + 1,
        bool flag => !flag,
        TimeSpan span => span + TimeSpan.FromSeconds(1),
        DateTimeOffset time => time.AddMilliseconds(1),
        Enum choice => Enum.ToObject(choice.GetType(), Convert.ToInt32(choice) + 1),
        HostTarget target => target with { Name = "another" },
        DeployGates gates => gates with { Approve = !gates.Approve },
        PlanOrigin => new PlanOrigin("1", ""),
        LeftOutHosts leftOut => leftOut with { Ids = ["another"] },
        CommitChanges changes => changes with { Subjects = ["another"] },
        FleetException => new FleetException(FailureKind.Undeliverable, "Other.", ""),
        IReadOnlyList<string> lines => lines.Append("another").ToList(),
        IReadOnlyList<PlanWarning> => new List<PlanWarning> { new(PlanWarningKind.Watchdog, "another") },
        IReadOnlyList<HostPlan> => new List<HostPlan>(),
        IReadOnlyList<IReadOnlyList<HostPlan>> => new List<IReadOnlyList<HostPlan>>(),
        _ => throw new NotSupportedException($"{type} is changed by no rule of this test."),
    };

    private static FailureKind Refusal(ChangePlan plan) =>
        Assert.Throws<FleetException>(() => PlanCheck.Validate(plan, plan.Origin, null)).Kind;

    // Every property has a value, so that each can get another.
    private static ChangePlan Sealed()
    {
        var host = new HostPlan
        {
            Target = new HostTarget("i-00000001", "host-1", "production", "us-east-2"),
            Wave = 1,
            From = "a",
            To = "b",
            Disk = "a",
            Verdict = Verdict.Healthy,
            Changes = new CommitChanges { Ahead = 1, Behind = 0, RequirementsChange = false, MigrationsChange = false },
            Warnings = [new(PlanWarningKind.DetachedHead, "detached HEAD")],
            Obstacle = new FleetException(FailureKind.Undeliverable, "It did not answer.", ""),
            ExpectedDuration = TimeSpan.FromSeconds(3),
        };
        var plan = new ChangePlan
        {
            DeployId = "20260307T030000-abcdef",
            Wanted = "v2",
            Target = "b",
            Environment = "production",
            Hosts = [host],
            Waves = [[host]],
            OnFailure = FailureAction.Restore,
            Reason = "a test",
            Who = "tester",
            EarlierLeftOut = new LeftOutHosts(1, ["i-00000002"]),
            ExpectedDuration = TimeSpan.FromMinutes(3),
        };
        return plan with { Seal = PlanSeal.Of(plan) };
    }
}
