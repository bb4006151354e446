using Aragora.Fleet.PowerShell.Session;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>Connecting: what it shows, and what it says when it cannot.</summary>
[Collection(nameof(ConnectTests))]
public sealed class ConnectTests : IDisposable
{
    private static readonly string[] s_variables =
    [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CONFIG_FILE", "AWS_EC2_METADATA_DISABLED", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL",
    ];

    private readonly Dictionary<string, string?> _before =
        s_variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    private readonly EngineHost _engine = EngineHost.Open();

    public ConnectTests()
    {
        foreach (var name in s_variables)
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        // This computer's own credentials must not come in.
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials");
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", "/nonexistent/config");
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }

    public void Dispose()
    {
        _engine.Run("Disconnect-AragoraFleet");
        _engine.Dispose();
        foreach (var (name, value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [Fact]
    public void A_connection_shows_whose_fleet_it_is()
    {
        var shown = _engine.Run("Connect-AragoraFleet -Sandbox -HostCount 1; Get-AragoraFleet").Values.Cast<FleetInfo>().ToList();

        Assert.Equal(2, shown.Count);
        Assert.All(shown, info =>
        {
            Assert.Equal(("production", "123456789012", true), (info.Environment, info.Account, info.Sandbox));
            Assert.Equal(["us-east-2"], info.Region);
        });
    }

    [Fact]
    public void Settings_differ_where_they_are_named_and_only_there()
    {
        _engine.Run("Connect-AragoraFleet -Sandbox -VirtualHost 1 -Settings @{ unit = 'other'; ReadyTimeout = '0:03:00' }");

        var settings = _engine.InSession(FleetSession.Require).Settings;
        Assert.Equal(
            new FleetSettings { Unit = "other", ReadyTimeout = TimeSpan.FromMinutes(3), SettleTime = TimeSpan.FromSeconds(1) },
            settings);
    }

    [Theory]
    [InlineData("@{ Nothing = 1 }", "no setting 'Nothing'")]
    [InlineData("@{ ReadyTimeout = 'soon' }", "no value of the setting ReadyTimeout")]
    [InlineData("@{ ReadyTimeout = '-0:0:1' }", "no value of the setting ReadyTimeout")]
    [InlineData("@{ Unit = '' }", "no value of the setting Unit")]
    public void A_setting_that_is_none_is_refused(string table, string message)
    {
        var error = _engine.RunToFailure($"Connect-AragoraFleet -Sandbox -VirtualHost 1 -Settings {table}").TerminatingError!;

        Assert.Equal("RequestRejected", SandboxFleet.Id(error));
        Assert.Contains(message, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_region_that_is_named_twice_is_one()
    {
        var hosts = _engine.Run(
            "$null = Connect-AragoraFleet -Sandbox -VirtualHost 2 -Region us-east-2, us-east-2; Get-AragoraInstance").Values;

        Assert.Equal(2, hosts.Count());
    }

    [Theory]
    [InlineData("-VirtualHost 4")]
    [InlineData("-HostCount 1")]
    [InlineData("-PackageHost 1")]
    public void Hosts_without_a_sandbox_are_refused_and_nothing_of_aws_is_asked(string hosts)
    {
        var error = _engine.RunToFailure($"Connect-AragoraFleet -Sandbox:$false {hosts}").TerminatingError!;

        Assert.Equal(("RequestRejected", "Sandbox"), (SandboxFleet.Id(error), error.TargetObject));
    }

    [Theory]
    [InlineData("-VirtualHost 2 -PackageHost 3")]
    [InlineData("-HostCount 2 -PackageHost 3")]
    [InlineData("-PackageHost 5")]
    public void More_package_hosts_than_hosts_are_refused(string hosts)
    {
        var error = _engine.RunToFailure($"Connect-AragoraFleet -Sandbox {hosts}").TerminatingError!;

        Assert.Equal(("RequestRejected", "PackageHost"), (SandboxFleet.Id(error), error.TargetObject));
    }

    [Theory]
    [InlineData("Get-AragoraFleet")]
    [InlineData("Get-AragoraInstance")]
    [InlineData("Test-AragoraHealth")]
    [InlineData("Get-AragoraFleetVersion")]
    [InlineData("Invoke-AragoraCommand -All -Script id")]
    [InlineData("Invoke-AragoraDeploy -All -Ref main")]
    [InlineData("Restore-AragoraCommit -All")]
    [InlineData("Set-AragoraSandboxFault LostReply")]
    public void Without_a_connection_every_cmdlet_says_so(string script) => Fails("NotConnected", script);

    [Fact]
    public void Disconnecting_ends_the_connection_and_its_sandbox()
    {
        var endpoint = _engine.Run("(Connect-AragoraFleet -Sandbox -HostCount 1).EndpointUrl; Disconnect-AragoraFleet")
            .Values.Cast<Uri>().Single();

        Fails("NotConnected", "Get-AragoraInstance");
        Fails("ServiceUnavailable", $"Connect-AragoraFleet -EndpointUrl {endpoint}", withKeys: true);
    }

    [Fact]
    public void No_credentials_are_said_to_be_missing() =>
        Fails("CredentialUnavailable", "Connect-AragoraFleet -EndpointUrl http://127.0.0.1:9");

    [Fact]
    public void Wrong_and_expired_credentials_are_told_apart()
    {
        _engine.Run("$sandbox = Connect-AragoraFleet -Sandbox -HostCount 1");

        Fails("CredentialRejected", "Connect-AragoraFleet -EndpointUrl $sandbox.EndpointUrl", withKeys: true);
        Environment.SetEnvironmentVariable("AWS_SESSION_TOKEN", "expired");
        Fails("CredentialExpired", "Connect-AragoraFleet -EndpointUrl $sandbox.EndpointUrl", withKeys: true);
    }

    [Theory]
    [InlineData("-Region us-nowhere-1", "RegionInvalid")]
    [InlineData("-ProfileName no-such-profile", "ProfileNotFound")]
    [InlineData("-EndpointUrl relative/path", "RequestRejected")]
    [InlineData("-EndpointUrl ftp://127.0.0.1/", "RequestRejected")]
    public void What_is_no_region_profile_or_endpoint_is_refused(string arguments, string id) =>
        Fails(id, $"Connect-AragoraFleet {arguments}", withKeys: true);

    [Fact]
    public void A_failed_connect_leaves_the_connection_before()
    {
        _engine.Run("$null = Connect-AragoraFleet -Sandbox -HostCount 1");
        Fails("RegionInvalid", "Connect-AragoraFleet -Region us-nowhere-1", withKeys: true);

        Assert.Single(_engine.Run("Get-AragoraInstance").Output);
    }

    private void Fails(string id, string script, bool withKeys = false)
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", withKeys ? "AKIAWRONGWRONGWRONG1" : null);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", withKeys ? "wrong" : null);

        var result = _engine.RunToFailure(script);

        Assert.True(result.TerminatingError is not null, $"{script}: no error");
        Assert.Equal(id, SandboxFleet.Id(result.TerminatingError));
        Assert.NotEmpty(result.TerminatingError.ErrorDetails.RecommendedAction);
    }
}
