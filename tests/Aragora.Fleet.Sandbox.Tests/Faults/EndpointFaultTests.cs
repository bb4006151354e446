using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Amazon.SecurityToken.Model;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandboxes;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Faults;

/// <summary>Faults of the endpoint, set over HTTP and seen by the AWS SDK.</summary>
public sealed class EndpointFaultTests : IAsyncLifetime, IDisposable
{
    private ISandbox _sandbox = null!;
    private SandboxClients _clients = null!;
    private HttpClient _control = null!;

    public async Task InitializeAsync()
    {
        _sandbox = await new SandboxFactory().StartAsync(
            new SandboxOptions { VirtualHostCount = 2, HostTime = TimeSpan.FromMilliseconds(10) }, default);
        _clients = new SandboxClients(_sandbox);
        _control = new HttpClient { BaseAddress = _sandbox.Endpoint };
        _control.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _sandbox.ControlToken);
    }

    public Task DisposeAsync() => _sandbox.DisposeAsync().AsTask();

    public void Dispose()
    {
        _control.Dispose();
        _clients.Dispose();
    }

    [Theory]
    [InlineData("Throttling", "ThrottlingException", 400)]
    [InlineData("ServerError", "InternalServerError", 500)]
    [InlineData("ServiceUnavailable", "ServiceUnavailable", 503)]
    [InlineData("ExpiredCredentials", "ExpiredTokenException", 400)]
    [InlineData("ErrorAfterAcceptance", "InternalServerError", 500)]
    public async Task A_call_is_refused_as_SSM_refuses(string kind, string code, int status)
    {
        await SetAsync($$"""{"kind":"{{kind}}"}""");

        var error = await Assert.ThrowsAnyAsync<AmazonServiceException>(() => SendAsync());

        Assert.Equal((code, status), (error.ErrorCode, (int)error.StatusCode));
    }

    [Theory]
    [InlineData("Throttling", "RequestLimitExceeded", "Throttling")]
    [InlineData("ServerError", "InternalError", "InternalFailure")]
    [InlineData("ExpiredCredentials", "RequestExpired", "ExpiredToken")]
    public async Task A_call_is_refused_as_EC2_and_STS_refuse(string kind, string ec2, string sts)
    {
        await SetAsync($$"""{"kind":"{{kind}}"}""");

        Assert.Equal(ec2, (await Assert.ThrowsAnyAsync<AmazonServiceException>(
            () => _clients.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest()))).ErrorCode);
        Assert.Equal(sts, (await Assert.ThrowsAnyAsync<AmazonServiceException>(
            () => _clients.Sts.GetCallerIdentityAsync(new GetCallerIdentityRequest()))).ErrorCode);
    }

    [Theory]
    [InlineData("ServerError", 0)]
    [InlineData("CutBeforeAcceptance", 0)]
    [InlineData("ErrorAfterAcceptance", 1)]
    // The SDK sends again ten times what was cut, even where its retries are set to none.
    [InlineData("CutAfterAcceptance", 11)]
    public async Task What_was_accepted_runs_and_what_was_not_does_not(string kind, int commands)
    {
        await SetAsync($$"""{"kind":"{{kind}}","apiAction":"SendCommand"}""");

        await Assert.ThrowsAnyAsync<Exception>(() => SendAsync());

        Assert.Equal(commands, (await _clients.Ssm.ListCommandsAsync(new ListCommandsRequest())).Commands?.Count ?? 0);
    }

    [Fact]
    public async Task A_command_stays_hidden_for_as_long_as_was_asked()
    {
        await SetAsync("""{"kind":"EventualConsistency","delay":"00:00:10","count":1}""");
        var hidden = (await SendAsync()).Command.CommandId;
        var seen = (await SendAsync()).Command.CommandId;

        var listed = await _clients.Ssm.ListCommandsAsync(new ListCommandsRequest());
        Assert.Equal([seen], listed.Commands.Select(command => command.CommandId));
        await Assert.ThrowsAsync<InvocationDoesNotExistException>(() => _clients.Ssm.GetCommandInvocationAsync(
            new GetCommandInvocationRequest { CommandId = hidden, InstanceId = SandboxFixture.ApiServer }));
    }

    [Fact]
    public async Task A_command_is_hidden_where_it_is_for_the_host_that_was_named()
    {
        await SetAsync(
            $$"""{"kind":"EventualConsistency","delay":"00:00:10","instanceIds":["{{SandboxFixture.ApiServer}}"]}""");
        await SendAsync();
        var seen = await _clients.SendAsync(SandboxFixture.Api2, "true");

        var listed = await _clients.Ssm.ListCommandsAsync(new ListCommandsRequest());
        Assert.Equal([seen], listed.Commands.Select(command => command.CommandId));
    }

    [Fact]
    public async Task A_lost_reply_ends_as_delivery_timed_out()
    {
        await SetAsync($$"""{"kind":"LostReply","instanceIds":["{{SandboxFixture.ApiServer}}"],"delay":"00:00:00"}""");

        var lost = await _clients.RunAsync(SandboxFixture.ApiServer, "echo hi");
        Assert.Equal(("TimedOut", "DeliveryTimedOut"), (lost.Status.Value, lost.StatusDetails));
        Assert.Equal("Success", (await _clients.RunAsync(SandboxFixture.Api2, "echo hi")).StatusDetails);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.BadRequest)]
    [InlineData("http://example.com", HttpStatusCode.Forbidden)]
    public async Task Whoever_has_no_keys_uses_no_fault_up_and_is_not_counted(string? origin, HttpStatusCode status)
    {
        await SetAsync("""{"kind":"ServiceUnavailable","count":1}""");
        using var stranger = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, _sandbox.Endpoint)
        {
            Content = new StringContent("{}"), Headers = { { "X-Amz-Target", "AmazonSSM.Anything" } },
        };
        if (origin is not null)
            message.Headers.Add("Origin", origin);

        using var answer = await stranger.SendAsync(message);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(["ServiceUnavailable"], await KindsAsync(await _control.GetAsync("/_sandbox/faults")));
        Assert.Equal("{}", await _control.GetStringAsync("/_sandbox/calls"));
    }

    [Fact]
    public async Task Faults_are_set_read_and_ended_over_HTTP()
    {
        await SetAsync("""{"kind":"SlowHost","delay":"00:00:05","rate":0.5}""");
        await SetAsync("""{"kind":"Throttling","callsPerSecond":3,"burst":2}""");
        Assert.Equal(["SlowHost", "Throttling"], await KindsAsync(await _control.GetAsync("/_sandbox/faults")));

        Assert.Equal(["Throttling"], await KindsAsync(await _control.DeleteAsync("/_sandbox/faults?kind=SlowHost")));
        Assert.Empty(await KindsAsync(await _control.DeleteAsync("/_sandbox/faults")));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"kind":"NoSuchKind"}""")]
    [InlineData("""{"kind":3}""")]
    [InlineData("""{"rate":0.5}""")]
    [InlineData("""{"kind":"LostReply","colour":"red"}""")]
    [InlineData("""{"kind":"LostReply","rate":7}""")]
    public async Task What_is_no_fault_is_a_bad_request(string body)
    {
        var response = await PutAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.NotEmpty(await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Without_the_token_nothing_is_told(string? token)
    {
        _control.DefaultRequestHeaders.Authorization =
            token is null ? null : new AuthenticationHeaderValue("Bearer", token);

        Assert.Equal(HttpStatusCode.Unauthorized, (await _control.GetAsync("/_sandbox/faults")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PutAsync("""{"kind":"LostReply"}""")).StatusCode);
    }

    [Fact]
    public async Task A_browser_is_refused_even_with_the_token()
    {
        _control.DefaultRequestHeaders.Add("Origin", "http://example.com");

        Assert.Equal(HttpStatusCode.Forbidden, (await _control.GetAsync("/_sandbox/faults")).StatusCode);
    }

    private async Task SetAsync(string fault) => (await PutAsync(fault)).EnsureSuccessStatusCode();

    private Task<HttpResponseMessage> PutAsync(string body) =>
        _control.PutAsync("/_sandbox/faults", new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<List<string>> KindsAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. json.RootElement.EnumerateArray().Select(fault => fault.GetProperty("kind").GetString()!)];
    }

    private Task<SendCommandResponse> SendAsync() => _clients.Ssm.SendCommandAsync(new SendCommandRequest
    {
        DocumentName = "AWS-RunShellScript",
        InstanceIds = [SandboxFixture.ApiServer],
        Parameters = new Dictionary<string, List<string>> { ["commands"] = ["true"] },
    });
}
