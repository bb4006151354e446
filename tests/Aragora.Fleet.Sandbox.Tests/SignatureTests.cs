using System.Globalization;
using System.Net;
using System.Text;
using Amazon.EC2;
using Amazon.EC2.Model;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Wire;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

[Collection(SharedSandbox.Name)]
public sealed class SignatureTests(SandboxFixture fixture)
{
    [Fact]
    public async Task The_right_keys_are_known()
    {
        var identity = await fixture.Clients.Sts.GetCallerIdentityAsync(new GetCallerIdentityRequest());
        Assert.Equal("123456789012", identity.Account);
        Assert.StartsWith("arn:aws:iam::123456789012:", identity.Arn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong key", "UnrecognizedClientException", "AuthFailure", "InvalidClientTokenId")]
    [InlineData("wrong secret", "InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch")]
    [InlineData("expired token", "ExpiredTokenException", "RequestExpired", "ExpiredToken")]
    [InlineData("other token", "UnrecognizedClientException", "AuthFailure", "InvalidClientTokenId")]
    public async Task Wrong_credentials_are_refused_as_each_protocol_does(
        string kind, string ssmCode, string ec2Code, string stsCode)
    {
        using var clients = new SandboxClients(fixture.Sandbox, credentials: Credentials(kind));
        var ssm = await Assert.ThrowsAsync<AmazonSimpleSystemsManagementException>(
            () => clients.Ssm.ListCommandsAsync(new ListCommandsRequest()));
        var ec2 = await Assert.ThrowsAsync<AmazonEC2Exception>(
            () => clients.Ec2.DescribeInstancesAsync(new DescribeInstancesRequest()));
        var sts = await Assert.ThrowsAnyAsync<AmazonSecurityTokenServiceException>(
            () => clients.Sts.GetCallerIdentityAsync(new GetCallerIdentityRequest()));
        Assert.Equal((ssmCode, ec2Code, stsCode), (ssm.ErrorCode, ec2.ErrorCode, sts.ErrorCode));
    }

    [Theory]
    [InlineData(-16)]
    [InlineData(16)]
    public void A_signature_of_another_time_is_refused(int minutes)
    {
        var now = DateTimeOffset.UtcNow;
        var date = now.AddMinutes(minutes).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var check = new SignatureCheck("AKIA", "secret", TimeProvider.System);
        var error = Assert.Throws<AwsException>(() => check.Verify(
            Request(
                ("Authorization", $"AWS4-HMAC-SHA256 Credential=AKIA/{date[..8]}/us-east-2/ssm/aws4_request, "
                    + "SignedHeaders=host, Signature=00"),
                ("X-Amz-Date", date)),
            AwsProtocol.Json));
        Assert.Equal("InvalidSignatureException", error.Code);
        Assert.Contains("Signature", error.Message, StringComparison.Ordinal);
        Assert.Contains("15 min", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unsigned_request_is_refused()
    {
        using var client = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, fixture.Sandbox.Endpoint)
        {
            Content = new StringContent("{}"), Headers = { { "X-Amz-Target", "AmazonSSM.ListCommands" } },
        };
        using var response = await client.SendAsync(message);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(response.Headers.Contains("x-amzn-RequestId"));
        Assert.Contains(
            "MissingAuthenticationToken", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Host", "evil.example")]
    public async Task A_browser_is_refused(string header, string value)
    {
        using var client = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, fixture.Sandbox.Endpoint);
        message.Headers.Add(header, value);
        using var response = await client.SendAsync(message);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private AWSCredentials Credentials(string kind)
    {
        var key = fixture.Sandbox.AccessKey;
        return kind switch
        {
            "wrong key" => new BasicAWSCredentials("AKIAOTHEROTHEROTHER1", key.Secret),
            "wrong secret" => new BasicAWSCredentials(key.Id, "other"),
            "expired token" => new SessionAWSCredentials(key.Id, key.Secret, "expired"),
            _ => new SessionAWSCredentials(key.Id, key.Secret, "other"),
        };
    }

    private static HttpRequest Request(params (string Name, string Value)[] headers) => new(
        "POST", "/", "",
        headers.ToDictionary(header => header.Name, header => header.Value, StringComparer.OrdinalIgnoreCase),
        Encoding.UTF8.GetBytes("{}"));
}
