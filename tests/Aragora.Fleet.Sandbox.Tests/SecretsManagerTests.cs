using System.Text;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.SecretsManager;
using Aragora.Fleet.Sandbox.Wire;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>Secrets Manager 2017-10-17, held to its API reference.</summary>
public sealed class SecretsManagerTests
{
    private const string First = "11111111-1111-1111-1111-111111111111";
    private const string Second = "22222222-2222-2222-2222-222222222222";

    private readonly SecretsManagerService _service = new(new SecretStore(TimeProvider.System), TimeProvider.System);

    [Fact]
    public void A_secret_is_read_by_its_name_its_arn_and_its_arn_without_the_suffix()
    {
        var arn = Call("CreateSecret", new { Name = "a/b", SecretString = "text", ClientRequestToken = First })
            .GetProperty("ARN").GetString()!;

        foreach (var id in new[] { "a/b", arn, arn[..^7] })
        {
            var value = Call("GetSecretValue", new { SecretId = id });
            Assert.Equal(("text", First), (value.GetProperty("SecretString").GetString(), value.GetProperty("VersionId").GetString()));
            Assert.Equal(["AWSCURRENT"], Stages(value.GetProperty("VersionStages")));
        }
    }

    [Fact]
    public void A_new_value_becomes_the_current_one_and_the_former_the_previous()
    {
        Call("CreateSecret", new { Name = "s", SecretString = "one", ClientRequestToken = First });
        Call("PutSecretValue", new { SecretId = "s", SecretString = "two", ClientRequestToken = Second });

        Assert.Equal("two", Text(new { SecretId = "s" }));
        Assert.Equal("one", Text(new { SecretId = "s", VersionStage = "AWSPREVIOUS" }));
        Assert.Equal("one", Text(new { SecretId = "s", VersionId = First }));
        var described = Call("DescribeSecret", new { SecretId = "s" });
        Assert.False(described.TryGetProperty("SecretString", out _));
        Assert.Equal(["AWSPREVIOUS"], Stages(described.GetProperty("VersionIdsToStages").GetProperty(First)));
    }

    [Fact]
    public void A_label_of_ones_own_leaves_the_current_value_alone()
    {
        Call("CreateSecret", new { Name = "s", SecretString = "one", ClientRequestToken = First });
        Call("PutSecretValue", new { SecretId = "s", SecretString = "two", ClientRequestToken = Second, VersionStages = new[] { "MINE" } });

        Assert.Equal("one", Text(new { SecretId = "s" }));
        Assert.Equal("two", Text(new { SecretId = "s", VersionStage = "MINE" }));
    }

    [Fact]
    public void The_same_token_with_the_same_text_is_no_new_version_and_with_another_it_is_refused()
    {
        Call("CreateSecret", new { Name = "s", SecretString = "one", ClientRequestToken = First });

        Assert.Equal(First, Call("PutSecretValue", new { SecretId = "s", SecretString = "one", ClientRequestToken = First })
            .GetProperty("VersionId").GetString());
        Assert.Equal(
            "ResourceExistsException",
            Refusal("PutSecretValue", new { SecretId = "s", SecretString = "two", ClientRequestToken = First }));
    }

    [Fact]
    public void What_breaks_a_constraint_or_is_not_there_is_refused_in_the_words_of_the_service()
    {
        Call("CreateSecret", new { Name = "s", SecretString = "one", ClientRequestToken = First });

        Assert.Equal("ResourceNotFoundException", Refusal("GetSecretValue", new { SecretId = "none" }));
        Assert.Equal("ResourceNotFoundException", Refusal("GetSecretValue", new { SecretId = "s", VersionStage = "NONE" }));
        Assert.Equal("InvalidRequestException", Refusal("GetSecretValue", new { SecretId = "s", VersionId = First, VersionStage = "X" }));
        Assert.Equal("ValidationException", Refusal("GetSecretValue", new { SecretId = "" }));
        Assert.Equal("ValidationException", Refusal("GetSecretValue", new { SecretId = "s", VersionId = "short" }));
        Assert.Equal("ValidationException", Refusal("GetSecretValue", new { }));
        Assert.Equal("ValidationException", Refusal("CreateSecret", new { Name = "t", SecretString = new string('x', 65537) }));
        Assert.Equal("InvalidRequestException", Refusal("CreateSecret", new { Name = "t" }));
        Assert.Equal("ResourceExistsException", Refusal("CreateSecret", new { Name = "s", SecretString = "x" }));
        Assert.Equal("UnknownOperationException", Refusal("DeleteSecret", new { SecretId = "s" }));
    }

    [Fact]
    public void Each_region_has_secrets_of_its_own()
    {
        Call("CreateSecret", new { Name = "s", SecretString = "one" });

        Assert.Equal("ResourceNotFoundException", Refusal("GetSecretValue", new { SecretId = "s" }, "eu-west-1"));
    }

    private static IEnumerable<string> Stages(JsonElement stages) => stages.EnumerateArray().Select(stage => stage.GetString()!);

    private string? Text(object arguments) => Call("GetSecretValue", arguments).GetProperty("SecretString").GetString();

    private string Refusal(string operation, object arguments, string region = "us-east-2") =>
        Assert.Throws<AwsException>(() => Call(operation, arguments, region)).Code;

    private JsonElement Call(string operation, object arguments, string region = "us-east-2")
    {
        var headers = new Dictionary<string, string> { ["X-Amz-Target"] = $"secretsmanager.{operation}" };
        var request = new HttpRequest("POST", "/", "", headers, JsonSerializer.SerializeToUtf8Bytes(arguments));
        using var answer = JsonDocument.Parse(Encoding.UTF8.GetString(_service.Answer(request, region, "").Body));
        return answer.RootElement.Clone();
    }
}

/// <summary>The AWS CLI on a live host, which has the role of its instance.</summary>
[Collection(SharedSandbox.Name)]
public sealed class HostRoleTests(SandboxFixture fixture)
{
    private const string Read = "aws secretsmanager get-secret-value --secret-id";

    [Fact]
    public async Task A_secret_of_the_fleet_is_read_as_text_and_as_json()
    {
        var result = await fixture.Clients.RunAsync(
            SandboxFixture.ApiServer,
            $"{Read} aragora/health-token --query SecretString --output text | head -c 4\n"
            + $"{Read} aragora/health-token --region us-east-2 | grep -c '\"VersionStages\":\\[\"AWSCURRENT\"\\]'");

        Assert.Equal(("eyJh1\n", 0), (result.StandardOutputContent, result.ResponseCode));
    }

    [Theory]
    [InlineData("aragora/nothing", 254, "(ResourceNotFoundException) when calling the GetSecretValue operation")]
    [InlineData("billing/production", 254, "(AccessDeniedException) when calling the GetSecretValue operation: User: arn:aws:sts::")]
    [InlineData("aragora/health-token --region eu-west-1", 254, "(ResourceNotFoundException)")]
    [InlineData("aragora/health-token --query Name", 252, "aws: error:")]
    public async Task A_refusal_has_the_exit_code_and_the_words_of_the_cli(string arguments, int code, string words)
    {
        var result = await fixture.Clients.RunAsync(SandboxFixture.Api2, $"{Read} {arguments}");

        Assert.Equal((code, ""), (result.ResponseCode, result.StandardOutputContent));
        Assert.Contains(words, result.StandardErrorContent, StringComparison.Ordinal);
    }
}
