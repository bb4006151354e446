using Aragora.Fleet.Commands;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Sandboxes;
using Aragora.Fleet.Tests.Commands;
using Aragora.Fleet.Tests.Hosting;
using Aragora.Fleet.Versions;
using Xunit.Abstractions;

namespace Aragora.Fleet.Tests.Scale;

/// <summary>
/// A day on which everything fails a little: 5 % of the calls are throttled, 2 % answered 500, half of these after they
/// were accepted, 1 % cut, half of these too, and 2 % of the replies are lost. Nothing may be invented, and nothing may
/// run twice.
/// </summary>
public sealed class BadDayTests : IDisposable
{
    private const int Hosts = 200;
    private const int GroupSize = 50;

    private readonly EngineHost _engine = EngineHost.Open();
    private readonly ITestOutputHelper _output;
    private readonly ISandbox _sandbox;

    public BadDayTests(ITestOutputHelper output)
    {
        _output = output;
        Run(
            $"""
            $null = Connect-AragoraFleet -Sandbox -VirtualHost {Hosts}
            Set-AragoraSandboxFault Throttling -Rate 0.05 -Seed 11
            Set-AragoraSandboxFault ServerError -Rate 0.01 -Seed 12
            Set-AragoraSandboxFault ErrorAfterAcceptance -Rate 0.01 -Seed 13
            Set-AragoraSandboxFault CutBeforeAcceptance -Rate 0.005 -Seed 14
            Set-AragoraSandboxFault CutAfterAcceptance -Rate 0.005 -Seed 15
            Set-AragoraSandboxFault LostReply -Rate 0.02 -Seed 16 -Delay 0:0:1
            """);
        _sandbox = _engine.InSession(FleetSession.Require).Sandbox!;
    }

    public void Dispose()
    {
        _engine.Run("Disconnect-AragoraFleet");
        _engine.Dispose();
    }

    /// <summary>5 rounds over 200 hosts. A read may be sent again, and then runs again, which does no harm.</summary>
    [Fact]
    public void A_thousand_version_checks_end_in_a_release_or_in_an_unknown_with_its_error()
    {
        var unknown = 0;
        for (var round = 0; round < 1_000 / Hosts; round++)
        {
            var result = Run("Get-AragoraFleetVersion");
            var rows = result.Values.Cast<HostVersion>().ToList();
            Assert.Equal(Hosts, rows.Select(row => row.InstanceId).Distinct().Count());
            Assert.Equal(Hosts, rows.Count);
            var silent = rows.FindAll(row => row.DiskCommit is null);
            Assert.Equal(Ids(silent), Failed(result));
            Assert.All(silent, row => Assert.Null(row.Drifted));
            unknown += silent.Count;
        }

        Assert.InRange(unknown, 1, 100);
        _output.WriteLine($"{unknown} of 1,000 unknown");
    }

    /// <summary>A plan is refused while a host is unknown, so replies are lost from when the steps are under way.</summary>
    [Fact]
    public async Task A_deploy_runs_each_step_once_however_often_it_is_asked_for()
    {
        Run("Set-AragoraSandboxFault LostReply -Clear");
        var deploy = _engine.RunAsync(
            "Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 100% -SettleTime 0:0:3 -Confirm:$false");
        while (!deploy.IsCompleted && (await SandboxTally.HostsAsync(_sandbox)).Executions == 0)
            await Task.Delay(50);
        await SandboxControl.Of(_sandbox.Endpoint, _sandbox.ControlToken).SetAsync(
            new SandboxFault
            {
                Kind = SandboxFaultKind.LostReply, Rate = 0.05, Count = 6, Delay = TimeSpan.FromSeconds(1),
            },
            CancellationToken.None);

        var result = await deploy;

        Assert.Null(result.Exception);
        var rows = result.Values.Cast<DeployResult>().ToList();
        Assert.Equal(Hosts, rows.Count);
        Assert.All(rows, row => Assert.Equal(DeployOutcome.Deployed, row.Outcome));
        var counts = await SandboxTally.HostsAsync(_sandbox);
        Assert.Equal(Hosts, counts.Executions);
        // The 6 whose replies were lost were asked again.
        Assert.InRange(counts.Arrivals, Hosts + 6, 3 * Hosts);
        // The preflight and the look-up of the ref come on top.
        Assert.InRange(counts.Scripts, counts.Arrivals + Hosts + 1, 4 * Hosts);
    }

    /// <summary>A throttled send is known not to be accepted and may be sent again: here none is, so calls are sends.</summary>
    [Fact]
    public async Task A_users_text_never_runs_twice_and_what_is_not_known_is_said()
    {
        Run(
            """
            Set-AragoraSandboxFault Throttling -Clear
            Set-AragoraSandboxFault ErrorAfterAcceptance -ApiAction SendCommand -Rate 0.3 -Seed 17
            Set-AragoraSandboxFault CutAfterAcceptance -ApiAction SendCommand -Rate 0.3 -Seed 18
            """);
        for (var round = 0; round < 2; round++)
        {
            var result = Run("Invoke-AragoraCommand -All -Script 'echo once' -Confirm:$false");
            var rows = result.Values.Cast<CommandResult>().ToList();
            Assert.Equal(Hosts, rows.Count);
            Assert.Equal(Ids(rows.FindAll(row => row.State != CommandState.Succeeded)), Failed(result));
            Assert.All(
                rows, row => Assert.Equal(row.State == CommandState.Succeeded ? "once\n" : "", row.StandardOutput));
        }

        Assert.Equal(2 * Hosts / GroupSize, await SandboxTally.CallsAsync(_sandbox, "SendCommand"));
        Assert.Equal(1, (await SandboxTally.HostsAsync(_sandbox)).MostArrivals);
    }

    private EngineResult Run(string script)
    {
        var result = _engine.Run(script);
        Assert.True(result.Exception is null, $"{script}\n{result.Exception}");
        return result;
    }

    private static IEnumerable<string> Ids(IEnumerable<IHostIdentity> hosts) =>
        hosts.Select(host => host.InstanceId).Order();

    private static IEnumerable<string> Failed(EngineResult result) =>
        result.Errors.Select(error => ((HostTarget)error.TargetObject).InstanceId).Order();
}
