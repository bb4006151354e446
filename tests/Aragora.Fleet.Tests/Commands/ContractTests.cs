using System.Management.Automation;
using System.Reflection;
using System.Xml.Linq;
using Aragora.Fleet.PowerShell.Commands;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>What holds for every cmdlet, by reflection.</summary>
public sealed class ContractTests
{
    private static readonly string[] s_changes =
    [
        "Approve-AragoraDeploy", "Deny-AragoraDeploy", "Invoke-AragoraCommand", "Invoke-AragoraDeploy", "Lock-AragoraFleet",
        "Repair-AragoraDrift", "Restore-AragoraCommit", "Resume-AragoraDeploy", "Stop-AragoraCommand", "Stop-AragoraDeploy", "Unlock-AragoraFleet",
    ];

    // They act on commands, on runs or on an environment, and on hosts only as far as those have them.
    private static readonly string[] s_nameNoHosts =
    [
        "Approve-AragoraDeploy", "Deny-AragoraDeploy", "Lock-AragoraFleet", "Resume-AragoraDeploy", "Stop-AragoraCommand",
        "Stop-AragoraDeploy", "Unlock-AragoraFleet",
    ];

    // What these tell is of an environment or of the session.
    private static readonly string[] s_resultsWithoutHost = ["DeployRecord", "FleetInfo", "FleetLock", "SentSignal", "ChangePlan"];

    // Names hosts as a change does, and makes a plan of one: an object of many hosts.
    private const string PlansOnly = "New-AragoraDeployPlan";

    // It changes a sandbox, and not hosts; and what it gives are settings of it.
    private static readonly Type s_fault = typeof(SetAragoraSandboxFaultCommand);

    private static readonly Type[] s_cmdlets = [.. typeof(FleetCmdlet).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null)];

    public static TheoryData<Type> Cmdlets => [.. s_cmdlets];

    [Fact]
    public void The_manifest_exports_exactly_the_cmdlets_of_the_assembly()
    {
        using var engine = EngineHost.Open();

        var exported = engine.Run("Get-Command -Module Aragora.Fleet").Values.Cast<CommandInfo>().Select(c => c.Name).Order();

        Assert.Equal(s_cmdlets.Select(Name).Order(), exported);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Name_Environment_and_Region_mean_the_instances(Type cmdlet)
    {
        if (cmdlet == typeof(ConnectAragoraFleetCommand))
        {
            return;
        }

        foreach (var name in (string[])["InstanceId", "Name", "Environment", "Region"])
        {
            var property = cmdlet.GetProperty(name);
            Assert.True(
                property is null || property.GetCustomAttributes<ParameterAttribute>().All(p => p.ValueFromPipelineByPropertyName),
                $"{cmdlet.Name}.{name}");
        }
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_change_can_be_asked_and_tried_and_reads_cannot(Type cmdlet)
    {
        var attribute = cmdlet.GetCustomAttribute<CmdletAttribute>()!;

        Assert.Equal(s_changes.Contains(Name(cmdlet)) || cmdlet == s_fault, attribute.SupportsShouldProcess);
        Assert.Equal(
            s_changes.Except(s_nameNoHosts).Contains(Name(cmdlet)) || Name(cmdlet) == PlansOnly,
            cmdlet.IsSubclassOf(typeof(HostChangeCmdlet)));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_result_says_which_host_it_is_about_and_has_a_view(Type cmdlet)
    {
        var views = XDocument.Load(Path.Combine(RepositoryRoot.ModuleBin, "Aragora.Fleet.Format.ps1xml"))
            .Descendants("TypeName").Select(name => name.Value).ToHashSet();
        foreach (var type in cmdlet.GetCustomAttributes<OutputTypeAttribute>().SelectMany(o => o.Type).Select(t => t.Type))
        {
            if (type == typeof(bool))
            {
                continue;
            }

            Assert.Contains(type.FullName!, views);
            Assert.True(type.IsAssignableTo(typeof(IHostIdentity)) || s_resultsWithoutHost.Contains(type.Name) || cmdlet == s_fault, type.FullName);
        }
    }

    private static string Name(Type cmdlet)
    {
        var attribute = cmdlet.GetCustomAttribute<CmdletAttribute>()!;
        return $"{attribute.VerbName}-{attribute.NounName}";
    }
}
