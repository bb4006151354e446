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
    private const string Reads =
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

    /// <summary>Where they differ, with the reason in docs/architecture.md.</summary>
    private static readonly string[] s_explained = [".Changes.RequirementsChange"];

    [SystemdSoakFact]
    public void Live_hosts_are_told_as_real_ones_are()
    {
        fleet.Bring("v2.8.0");
        using var sandbox = EngineHost.Open();
        sandbox.SetVariable("git", SystemdSession.Git);
        sandbox.Run("$null = Connect-AragoraFleet -Sandbox -HostCount 3");
        var (live, real) = (Fields(sandbox), Fields(fleet.Engine));
        sandbox.Run("Disconnect-AragoraFleet");

        string[] types =
        [
            "Instance", "HealthReport", "HostVersion", "DriftFinding", "CommandResult", "CommandInvocation", "DeployResult",
            "RollbackPoint",
        ];
        var expected = SystemdSession.Git.SelectMany(id => types.Select(type => $"{id} {type}."));
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
        var result = engine.Run(Reads);
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
        Volatiles().Replace(text, match => match.Value.Length is 9 or 40 ? "COMMIT" : "TIME");

    [GeneratedRegex(
        @"\.(DeployId|ReadyTime|MainProcessId|Latency|(Expected)?Duration|CommandId|Started|Requested|CheckedAt|LastPing\w*"
        + @"|Timestamp|Endpoint|JournalPath)$")]
    private static partial Regex Volatile();

    [GeneratedRegex(@"\b[0-9a-f]{40}\b|\b[0-9a-f]{9}\b|\d{4}-\d\d-\d\dT[\d:.]+(\+00:00)?Z?")]
    private static partial Regex Volatiles();
}
