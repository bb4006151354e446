using System.Text;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.SecretsManager;

/// <summary>Secrets Manager 2017-10-17: the calls that create, describe and read secrets of text.</summary>
internal sealed class SecretsManagerService(SecretStore store, TimeProvider clock) : IAwsService
{
    /// <summary>What X-Amz-Target begins with.</summary>
    public const string Target = "secretsmanager";

    private const int MaxBytes = 65536;

    public HttpResponse Answer(HttpRequest request, string region, string requestId)
    {
        var target = request.Header("X-Amz-Target")!;
        var arguments = JsonArguments.Parse(request.BodyText);
        return target[(target.IndexOf('.') + 1)..] switch
        {
            "GetSecretValue" => Get(region, arguments),
            "DescribeSecret" => Describe(region, arguments),
            "CreateSecret" => Create(region, arguments),
            "PutSecretValue" => Put(region, arguments),
            _ => throw new AwsException("UnknownOperationException", $"The operation {target} is not known."),
        };
    }

    private HttpResponse Get(string region, JsonElement arguments)
    {
        var versionId = Bounded(arguments, "VersionId", 32, 64);
        var stage = Bounded(arguments, "VersionStage", 1, 256);
        return store.With(region, SecretId(arguments), secret =>
        {
            var version = Find(secret, versionId, stage);
            return AwsJson.Response(200, json =>
            {
                WriteVersion(json, secret, version);
                json.WriteString("SecretString", version.Text);
                json.WriteTime("CreatedDate", version.CreatedAt);
            });
        });
    }

    private static SecretVersion Find(Secret secret, string? versionId, string? stage)
    {
        var version = versionId is null
            ? secret.Stage(stage ?? SecretVersion.Current)
            : secret.Version(versionId);
        if (version is null)
        {
            throw new AwsException(
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for "
                + (versionId is null ? $"staging label: {stage ?? SecretVersion.Current}" : $"VersionId: {versionId}"));
        }

        return versionId is null || stage is null || version.Stages.Contains(stage)
            ? version
            : throw new AwsException(
                "InvalidRequestException",
                "You provided a VersionStage that is not associated to the provided VersionId.");
    }

    private HttpResponse Describe(string region, JsonElement arguments) =>
        store.With(region, SecretId(arguments), secret => AwsJson.Response(200, json =>
        {
            json.WriteString("ARN", secret.Arn);
            json.WriteString("Name", secret.Name);
            json.WriteTime("CreatedDate", secret.CreatedAt);
            json.WriteTime("LastChangedDate", secret.ChangedAt);
            json.WriteStartObject("VersionIdsToStages");
            foreach (var version in secret.Versions.Where(version => version.Stages.Count > 0))
                json.WriteStrings(version.Id, version.Stages);
            json.WriteEndObject();
        }));

    private HttpResponse Create(string region, JsonElement arguments)
    {
        var name = Bounded(arguments, "Name", 1, 512) ?? arguments.RequiredText("Name");
        var secret = store.Create(region, name, Token(arguments), Text(arguments));
        return AwsJson.Response(200, json =>
        {
            json.WriteString("ARN", secret.Arn);
            json.WriteString("Name", secret.Name);
            json.WriteString("VersionId", secret.Versions[0].Id);
        });
    }

    private HttpResponse Put(string region, JsonElement arguments)
    {
        var (token, text, stages) = (Token(arguments), Text(arguments), arguments.Texts("VersionStages"));
        return store.With(region, SecretId(arguments), secret =>
        {
            if (secret.Version(token) is { } existing && existing.Text != text)
            {
                throw new AwsException(
                    "ResourceExistsException",
                    $"You can't use ClientRequestToken {token} because that value is already in use for a version of "
                    + $"secret {secret.Arn}.");
            }

            var version = secret.Version(token) ?? secret.Add(token, text, stages, clock.GetUtcNow());
            return AwsJson.Response(200, json => WriteVersion(json, secret, version));
        });
    }

    private static void WriteVersion(Utf8JsonWriter json, Secret secret, SecretVersion version)
    {
        json.WriteString("ARN", secret.Arn);
        json.WriteString("Name", secret.Name);
        json.WriteString("VersionId", version.Id);
        json.WriteStrings("VersionStages", version.Stages);
    }

    private static string SecretId(JsonElement arguments) =>
        Bounded(arguments, "SecretId", 1, 2048) ?? arguments.RequiredText("SecretId");

    private static string Token(JsonElement arguments) =>
        Bounded(arguments, "ClientRequestToken", 32, 64) ?? Guid.NewGuid().ToString();

    private static string Text(JsonElement arguments)
    {
        var text = arguments.Text("SecretString") ?? throw new AwsException(
            "InvalidRequestException", "You must provide either SecretString or SecretBinary.");
        return Encoding.UTF8.GetByteCount(text) is >= 1 and <= MaxBytes
            ? text
            : throw AwsException.Validation(
                "secretString", "[...]", $"Member must have length between 1 and {MaxBytes}");
    }

    private static string? Bounded(JsonElement arguments, string name, int min, int max)
    {
        var text = arguments.Text(name);
        if (text is not null && (text.Length < min || text.Length > max))
            throw AwsException.Validation(name, text, $"Member must have length between {min} and {max}");
        return text;
    }
}
