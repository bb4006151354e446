using System.Management.Automation;
using System.Reflection;
using Aragora.Fleet.Commands;
using Aragora.Fleet.History;
using Aragora.Fleet.PowerShell.Commands;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>-WhatIf of every cmdlet that changes anything: it does nothing, anywhere. On virtual hosts.</summary>
public sealed class WhatIfTests(LockFleet fleet) : IClassFixture<LockFleet>
{
    private const string LivingRun = "20260307T030000-abcdef";

    // What each cmdlet is given, so that it has something to do and without -WhatIf would do it.
    private static readonly Dictionary<string, string> s_calls = new()
    {
        ["Approve-AragoraDeploy"] = $"{LivingRun}",
        ["Deny-AragoraDeploy"] = $"{LivingRun}",
        ["Invoke-AragoraCommand"] = "-All -Script 'echo x'",
        ["Invoke-AragoraDeploy"] = "-Ref v2.7.0 -All",
        ["Lock-AragoraFleet"] = "'a test' -Environment staging",
        ["Repair-AragoraDrift"] = "-Finding (Test-AragoraDrift -Kind Release -Ref v2.7.0)",
        ["Restore-AragoraCommit"] = "-All -CommitSha 1bd27e8",
        ["Resume-AragoraDeploy"] = "$stopped",
        ["Set-AragoraSandboxFault"] = "ServerError",
        ["Stop-AragoraCommand"] = "$open",
        ["Stop-AragoraDeploy"] = $"{LivingRun} -Restore",
        ["Unlock-AragoraFleet"] = "-Token $token",
    };

    [Fact]
    public async Task It_changes_no_host_no_parameter_and_no_command()
    {
        await PrepareAsync();
        var before = await StateAsync();
        var cmdlets = typeof(FleetCmdlet).Assembly.GetTypes()
            .Select(type => type.GetCustomAttribute<CmdletAttribute>())
            .Where(attribute => attribute is { SupportsShouldProcess: true })
            .Select(attribute => $"{attribute!.VerbName}-{attribute.NounName}");
        Assert.Equal(s_calls.Keys.Order(), cmdlets.Order());

        foreach (var (cmdlet, arguments) in s_calls)
        {
            var result = fleet.Succeed($"{cmdlet} {arguments} -WhatIf");

            Assert.True(result.Output.Count == 0, $"{cmdlet} gave {string.Join(", ", result.Output)}");
            Assert.True(
                fleet.Engine.Screen.Lines.Concat(result.Information).Any(line => line.StartsWith("What if:", StringComparison.Ordinal)),
                $"{cmdlet} does not say what it would do");
            Assert.Equal(before, await StateAsync());
        }
    }

    // A run that stopped, one of somebody else that lives, and a command under way.
    private async Task PrepareAsync()
    {
        fleet.Engine.Run(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1 -SettleTime 0 -Confirm:$false "
            + "-Gate { $null = Stop-AragoraDeploy $_.DeployId -Confirm:$false }");
        fleet.Succeed("$stopped = (Get-AragoraDeploy -Last 1).DeployId");
        var held = await fleet.TakeAsync("production", LivingRun);
        fleet.Engine.SetVariable("token", held.Token(LockFleet.Region));
        fleet.Succeed(
            $"Set-AragoraSandboxFault SlowHost -InstanceId {SandboxFleet.Api2} -Delay 0:5:0 -Count 1; "
            + $"$open = (Invoke-AragoraCommand {SandboxFleet.Api2} -Script 'echo slow' -NoWait -Confirm:$false).CommandId");
    }

    // Numbers of reads and times that go by are none of it.
    private async Task<string> StateAsync()
    {
        var versions = fleet.Succeed("Get-AragoraFleetVersion").Values.Cast<HostVersion>()
            .OrderBy(version => version.InstanceId).Select(version => $"{version.DiskCommit} {version.RunningCommit}");
        var runs = fleet.Succeed("Get-AragoraDeploy").Values.Cast<DeployRecord>().Select(run => $"{run.DeployId} {run.State} {run.Attempt}");
        var commands = fleet.Succeed("Get-AragoraCommand").Values.Cast<CommandInvocation>()
            .Where(command => OwnComment.IsRun(command.Comment)).Select(command => $"{command.CommandId} {command.State}");
        var parameters = await fleet.Store.ListAsync(LockFleet.Region, "/aragora-fleet", CancellationToken.None);
        var hosts = await SandboxTally.HostsAsync(fleet.Connection.Sandbox!);
        return string.Join('\n', [
            .. versions, .. runs, .. commands, .. parameters.Items.Select(item => item.Name), $"{hosts.Executions} {hosts.Arrivals}",
        ]);
    }
}
