using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Core.Tests.Rollouts;

/// <summary>What hosts are told of a run.</summary>
public sealed class StepParametersTests
{
    private static readonly FleetSettings s_settings = new();

    // The longest that is taken for one.
    private static readonly string s_version = new('9', 28);

    public static TheoryData<string> Scripts => ["deploy", "deploy of a package", "rollback", "rollback of a package", "claim"];

    [Theory]
    [InlineData(1, "d-1-deploy", "d-1-back-3")]
    [InlineData(2, "d-1-deploy-2", "d-1-back-3-2")]
    public void Each_attempt_has_steps_of_its_own(int attempt, string deploy, string back)
    {
        var plan = Plan(2) with { Attempt = attempt };

        Assert.Equal(deploy, StepParameters.ForDeploy(s_settings, plan, plan.Hosts, 7)["P_STEP"]);
        Assert.Equal(back, StepParameters.ForRestore(
            s_settings, plan, plan.Hosts, "back-3", 7, host => host.To, host => host.From)["P_STEP"]);
    }

    [Fact]
    public void A_claim_names_release_target_and_wave_of_each_host_and_what_to_keep()
    {
        var plan = Plan(2);
        plan = plan with { Waves = [[plan.Hosts[1]], [plan.Hosts[0]]] };

        var parameters = StepParameters.ForClaim(
            s_settings, plan, plan.Hosts, 7, [new("kind", "Deploy"), new("wanted", "v2 of ours")]);

        Assert.Equal("kind Deploy\nwanted v2 of ours", parameters["P_RECORD"]);
        Assert.Equal($"{Id(0)} 2\n{Id(1)} 1", parameters["P_WAVES"]);
        Assert.Equal($"{Id(0)} {Commit('a')}\n{Id(1)} {Commit('a')}", parameters["P_EXPECT"]);
        Assert.Equal($"{Id(0)} {Commit('b')}\n{Id(1)} {Commit('b')}", parameters["P_TARGETS"]);
        Assert.Equal("7", parameters["P_TOKEN"]);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void The_longest_script_for_fifty_hosts_can_be_sent(string name)
    {
        var plan = Plan(50) with { Who = new string('\'', 500), Reason = new string('\'', 5_000), Attempt = 1_000 };
        if (name.EndsWith("of a package", StringComparison.Ordinal))
        {
            plan = plan with { Hosts = [.. plan.Hosts.Select(host => host with { From = s_version, To = s_version })] };
        }

        var (operation, parameters) = name switch
        {
            "deploy" or "deploy of a package" => (
                name == "deploy" ? HostOperation.Deploy : HostOperation.DeployPackage,
                StepParameters.ForDeploy(s_settings, plan, plan.Hosts, long.MaxValue)),
            "rollback" or "rollback of a package" => (
                name == "rollback" ? HostOperation.Rollback : HostOperation.RollbackPackage,
                StepParameters.ForRestore(
                    s_settings, plan, plan.Hosts, "back-1000", long.MaxValue, host => host.To, host => $"{host.From} own")),
            _ => (HostOperation.Claim, StepParameters.ForClaim(
                s_settings, plan, plan.Hosts, long.MaxValue,
                Enumerable.Range(0, 20).Select(i => KeyValuePair.Create(new string((char)('a' + i), 14), "a value of it")))),
        };

        Assert.InRange(ScriptComposer.Compose(operation, parameters).Length, 1, ScriptComposer.MaximumBytes);
    }

    [Fact]
    public void A_long_reason_ends_with_a_whole_character() => Assert.Equal(
        199, StepParameters.ForDeploy(
            s_settings, Plan(1) with { Reason = new string('x', 199) + "\U0001F600" }, Plan(1).Hosts, 0)["P_REASON"].Length);

    private static ChangePlan Plan(int count)
    {
        var hosts = Enumerable.Range(0, count).Select(i => new HostPlan
        {
            Target = new HostTarget(Id(i), $"host-{i}", "production", "us-east-2"),
            From = Commit('a'),
            To = Commit('b'),
        }).ToList();
        return new ChangePlan
        {
            DeployId = "d-1",
            Wanted = "v2",
            Environment = "production",
            Hosts = hosts,
            Waves = [hosts],
            OnFailure = FailureAction.Restore,
            Reason = "a reason",
            Who = "somebody",
        };
    }

    private static string Id(int number) => $"mi-{number:x17}";

    private static string Commit(char digit) => new(digit, 40);
}
