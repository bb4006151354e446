using System.Text.Json;
using System.Text.RegularExpressions;
using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>
/// What the cmdlets tell of the sandbox's live hosts and of hosts with systemd is the same, field by field.
/// </summary>
[Collection(SharedHosts.Name)]
public sealed partial class ComparisonTests(SystemdSession fleet)
{
    private const string Checkouts =
        """
        Get-AragoraInstance $git
        Test-AragoraHealth $git -TokenSecret 'aragora/production#ARAGORA_HEALTH_TOKEN'
        Get-AragoraFleetVersion $git
        Test-AragoraDrift $git -Kind Release, Running, Dirty, Unit -WarningAction SilentlyContinue
        $run = Invoke-AragoraCommand $git -Script 'echo out; echo err >&2; exit 3' -Confirm:$false -ErrorAction SilentlyContinue
        $run
        Get-AragoraCommand $run[0].CommandId
        $null = Invoke-AragoraDeploy $git -Ref v2.7.0 -Wave 100% -SettleTime 0 -Confirm:$false
        New-AragoraDeployPlan $git -Ref v2.9.0 -Wave 1, 100% -SettleTime 0
        Invoke-AragoraDeploy $git -Ref v2.9.0 -Wave 100% -SettleTime 0 -Confirm:$false
        Get-AragoraDeploy -Last 1
        Get-AragoraRollbackPoint $git -Last 1
        """;

    private const string Package =
        """
        Get-AragoraInstance $package
        Test-AragoraHealth $package -TokenSecret 'aragora/production#ARAGORA_HEALTH_TOKEN'
        Get-AragoraFleetVersion $package
        Test-AragoraDrift $package -PackageVersion 2.9.0 -Kind Release, Running, Unit, PackageSet -WarningAction SilentlyContinue
        $run = Invoke-AragoraCommand $package -Script 'echo out; echo err >&2; exit 3' -Confirm:$false -ErrorAction SilentlyContinue
        $run
        Get-AragoraCommand $run[0].CommandId
        $null = Invoke-AragoraDeploy $package -PackageVersion 2.7.0 -SettleTime 0 -Confirm:$false
        New-AragoraDeployPlan $package -PackageVersion 2.9.0 -SettleTime 0
        Invoke-AragoraDeploy $package -PackageVersion 2.9.0 -SettleTime 0 -Confirm:$false
        Get-AragoraDeploy -Last 1
        Get-AragoraRollbackPoint $package -Last 1
        Invoke-AragoraDeploy $package -PackageVersion 2.9.1 -SettleTime 0 -Confirm:$false -ErrorAction SilentlyContinue
        Restore-AragoraCommit $package -SettleTime 0 -Confirm:$false
        """;

    /// <summary>Where they differ, with the reason in docs/architecture.md.</summary>
    private static readonly string[] s_explained = [".Changes.RequirementsChange"];

    [SystemdSoakFact]
    public void Live_hosts_are_told_as_real_ones_are()
    {
        fleet.Bring("v2.8.0");
        fleet.BringPackage("2.8.0");
        using var sandbox = EngineHost.Open();
        sandbox.SetVariable("git", SystemdSession.Git);
        sandbox.SetVariable("package", SystemdSession.Package);
        sandbox.Run(
            "$null = Connect-AragoraFleet -Sandbox -PackageHost 1; "
            + "$null = Invoke-AragoraDeploy $package -PackageVersion 2.8.0 -SettleTime 0 -Confirm:$false");
        var (live, real) = (Fields(sandbox), Fields(fleet.Engine));
        sandbox.Run("Disconnect-AragoraFleet");

        string[] types =
        [
            "Instance", "HealthReport", "HostVersion", "DriftFinding", "CommandResult", "CommandInvocation", "DeployResult",
            "RollbackPoint",
        ];
        var expected = SystemdSession.Git.Append(SystemdSession.Package).SelectMany(id => types.Select(type => $"{id} {type}."));
        Assert.All(expected.Append(" ChangePlan.").Append(" DeployRecord."), result =>
            Assert.Contains(real.Keys, field => field.StartsWith(result, StringComparison.Ordinal)));
        var differences = live.Keys.Union(real.Keys)
            .Where(field => live.GetValueOrDefault(field) != real.GetValueOrDefault(field) && !s_explained.Any(field.EndsWith))
            .Select(field =>
                $"{field}: {live.GetValueOrDefault(field)} on live hosts, {real.GetValueOrDefault(field)} with systemd").ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>Every field of every result, with what cannot be the same twice replaced by its shape.</summary>
    private static Dictionary<string, string> Fields(EngineHost engine)
    {
        var fields = new Dictionary<string, string>();
        var result = engine.Run($"{Checkouts}\n{Package}");
        Assert.True(result.Exception is null && result.Errors.Count == 0, $"{result.Exception}{string.Join('\n', result.Errors)}");
        foreach (var value in result.Values)
        {
            Add(
                fields, $"{(value as IHostIdentity)?.InstanceId} {value.GetType().Name}",
                JsonSerializer.SerializeToElement(value, value.GetType()));
        }

        return fields;
    }

    private static void Add(Dictionary<string, string> fields, string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                    Add(fields, $"{path}.{property.Name}", property.Value);
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Add(fields, $"{path}.{Name(item)}", item);
                }

                break;
            default:
                fields[path] = fields.GetValueOrDefault(path) + Shape(path, value.ToString());
                break;
        }
    }

    /// <summary>What comes first in an object tells it from others of its kind.</summary>
    private static string Name(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Name(value.EnumerateObject().First().Value),
        JsonValueKind.Array => "",
        _ => Shape(value.ToString()),
    };

    private static string Shape(string path, string text) => path switch
    {
        _ when text.Length == 0 => "",
        _ when Volatile().IsMatch(path) => "some",
        _ => Shape(text),
    };

    private static string Shape(string text) =>
        Volatiles().Replace(Traceback().Replace(text, "TRACEBACK "), match => match.Value.Length is 9 or 40 ? "COMMIT" : "TIME");

    [GeneratedRegex(
        @"\.(DeployId|ReadyTime|MainProcessId|Latency|(Expected)?Duration|CommandId|Started|Requested|CheckedAt|LastPing\w*"
        + @"|Timestamp|Endpoint|JournalPath)$")]
    private static partial Regex Volatile();

    /// <summary>Python's own is longer than that of a stand-in, and what came before it is cut off.</summary>
    [GeneratedRegex(@"(?<=\(activating/auto-restart\): )[\s\S]*(?=RuntimeError: )")]
    private static partial Regex Traceback();

    [GeneratedRegex(@"\b[0-9a-f]{40}\b|\b[0-9a-f]{9}\b|\d{4}-\d\d-\d\dT[\d:.]+(\+00:00)?Z?")]
    private static partial Regex Volatiles();
}
