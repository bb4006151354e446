using System.Text;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.HostInit;
using Aragora.Fleet.Sandbox.Ssm;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.SecretsManager;

/// <summary>
/// Answers the <c>aws</c> of one host: what the role of its instance may read, in the words of the AWS CLI. It listens
/// outside the host, which has no network of its own to reach AWS by.
/// </summary>
internal sealed class HostRole(SecretsManagerService secrets, string instanceId)
{
    private const string Readable = "aragora/";
    private const string Action = "secretsmanager:GetSecretValue";
    private const int ServiceError = 254;
    private const int UsageError = 252;

    private readonly string _arn =
        $"arn:aws:sts::{Instances.FleetModel.Account}:assumed-role/aragora-ec2/{instanceId}";

    public Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(Run(Encoding.UTF8.GetString(request.Body).Split('\0')[..^1]).ToResponse());

    private CommandReply Run(string[] arguments)
    {
        if (arguments is not ["secretsmanager", "get-secret-value", .. var rest] || rest.Length % 2 != 0)
            return Usage("this host's aws knows 'secretsmanager get-secret-value' with options that have a value");
        var options = rest.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        if (!options.TryGetValue("--secret-id", out var id))
            return Usage("the following arguments are required: --secret-id");
        var output = (options.GetValueOrDefault("--query"), options.GetValueOrDefault("--output", "json"));
        if (output is not ((null, "json") or ("SecretString", "json" or "text")))
            return Usage("this host's aws has the output json, and of --query SecretString text as well");
        try
        {
            var answer = GetSecretValue(id, options.GetValueOrDefault("--region", Instances.FleetModel.Region));
            return CommandReply.Output(output switch
            {
                (null, _) => answer.GetRawText() + "\n",
                (_, "text") => answer.GetProperty("SecretString").GetString() + "\n",
                _ => answer.GetProperty("SecretString").GetRawText() + "\n",
            });
        }
        catch (AwsException error)
        {
            return CommandReply.Error(
                ServiceError,
                $"\nAn error occurred ({error.Code}) when calling the GetSecretValue operation: {error.Message}");
        }
    }

    private JsonElement GetSecretValue(string id, string region)
    {
        var name = id.StartsWith("arn:", StringComparison.Ordinal) ? id[(id.LastIndexOf(':') + 1)..] : id;
        if (!name.StartsWith(Readable, StringComparison.Ordinal))
        {
            throw new AwsException(
                "AccessDeniedException",
                $"User: {_arn} is not authorized to perform: {Action} on resource: {id} because no identity-based "
                + $"policy allows the {Action} action");
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["SecretId"] = id });
        var headers = new Dictionary<string, string> { ["X-Amz-Target"] = SecretsManagerService.Target + ".GetSecretValue" };
        var response = secrets.Answer(new HttpRequest("POST", "/", "", headers, body), region, requestId: "");
        return JsonArguments.Parse(Encoding.UTF8.GetString(response.Body));
    }

    private static CommandReply Usage(string message) => CommandReply.Error(UsageError, $"aws: error: {message}");
}
