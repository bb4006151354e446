using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Clients;

/// <summary>The AWS SDK for JavaScript, a second client that nobody here wrote.</summary>
[Collection(ForeignClients.Name)]
public sealed class JavaScriptTests(StandAloneSandbox sandbox)
{
    // One folder for each version: npm installs into it once on a machine.
    private const string Version = "3.1169.0";
    private static readonly string s_folder = Path.Combine(Path.GetTempPath(), $"aragora-fleet-npm-{Version}");

    [JavaScriptFact]
    public async Task Instances_are_found_and_a_command_runs_to_the_waiters_end()
    {
        Directory.CreateDirectory(s_folder);
        var install = await sandbox.RunAsync(
            "npm",
            [
                "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline",
                $"@aws-sdk/client-ssm@{Version}", $"@aws-sdk/client-ec2@{Version}",
            ],
            s_folder);
        Assert.True(install.ExitCode == 0, install.Error);
        var script = Path.Combine(s_folder, "client.mjs");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Clients", "client.mjs"), script, overwrite: true);

        var result = await sandbox.RunAsync(
            "node", ["--no-warnings", script, SandboxFixture.Api2, SandboxFixture.Unknown], s_folder);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal("aragora-api-2\nSuccess: hello\nInvalidInstanceId\n", result.Output);
    }
}
