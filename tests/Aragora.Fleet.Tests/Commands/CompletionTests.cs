using System.Management.Automation;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Tab, on the connected fleet.</summary>
public sealed class CompletionTests(SandboxFleet fleet) : IClassFixture<SandboxFleet>
{
    [Theory]
    [InlineData("Test-AragoraHealth -Name aragora-al", "aragora-al2023-1 aragora-al2023-2")]
    [InlineData("Test-AragoraHealth -InstanceId i-0db", "i-0dbd51f74a9a11fcc")]
    [InlineData("Invoke-AragoraDeploy -Ref v2.", "v2.7.0 v2.8.0 v2.9.0")]
    [InlineData("Test-AragoraDrift -Ref v2.", "v2.7.0 v2.8.0 v2.9.0")]
    [InlineData("Test-AragoraDrift -ReferenceInstance aragora-api", "aragora-api-2 aragora-api-server")]
    [InlineData("Test-AragoraDrift -Kind D", "Dirty DropIn")]
    [InlineData("Get-AragoraInstance -Environment pro", "production")]
    [InlineData("Connect-AragoraFleet -Region us-east-", "us-east-1 us-east-2")]
    [InlineData("Test-AragoraHealth -Name nothing", "")]
    public void Names_of_the_fleet_are_offered(string line, string expected)
    {
        fleet.Engine.SetVariable("line", line);

        // The first Tab may only begin to ask; the answer is there soon after.
        var words = "";
        SpinWait.SpinUntil(
            () => (words = Complete()) == expected, TimeSpan.FromSeconds(expected.Length > 0 ? 10 : 1));

        Assert.Equal(expected, words);
    }

    private string Complete() => string.Join(' ', fleet
        .Succeed("[System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches")
        .Values.Cast<CompletionResult>().Select(match => match.CompletionText).Order(StringComparer.Ordinal));
}
