using Xunit;
using Xunit.Abstractions;

namespace Aragora.Fleet.Sandbox.Tests.Clients;

/// <summary>The answers hold against the service models that AWS publishes with botocore.</summary>
[Collection(ForeignClients.Name)]
public sealed class BotocoreTests(StandAloneSandbox sandbox, ITestOutputHelper output)
{
    [BotocoreFact]
    public async Task Every_json_answer_is_of_the_services_own_model()
    {
        var result = await sandbox.RunAsync(
            ForeignClient.Python!,
            [
                Path.Combine(AppContext.BaseDirectory, "Clients", "answers.py"),
                $"{sandbox.Endpoint}", SandboxFixture.Api2, SandboxFixture.Unknown,
            ]);

        output.WriteLine(result.Output);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
