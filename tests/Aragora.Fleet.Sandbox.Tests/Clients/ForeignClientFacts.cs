using System.Diagnostics;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Clients;

/// <summary>The clients of others that this machine has.</summary>
internal static class ForeignClient
{
    // Debian's own first: another aws may come first on PATH.
    public static string? Aws { get; } = Find("aws", "--version", "/usr/bin/aws", "aws");

    public static string? Python { get; } = FindPython();

    /// <summary>Why there is no JavaScript SDK; null where it can be had.</summary>
    public static string? JavaScriptMissing { get; } =
        Find("node", "--version", "node") is null ? "node is not on this machine"
        : Find("npm", "--version", "npm") is null ? "npm is not on this machine"
        : Run("npm", "view", "@aws-sdk/client-ssm", "version") is not 0 ? "the npm registry cannot be reached"
        : null;

    private static string? FindPython()
    {
        const string Probe = "try:\n import botocore.session\nexcept ImportError:\n import awscli.botocore.session";
        return ((string[])["python3", "/usr/bin/python3"]).FirstOrDefault(python => Run(python, "-c", Probe) is 0);
    }

    private static string? Find(string name, string argument, params string[] candidates) =>
        candidates.FirstOrDefault(candidate => Run(candidate, argument) is 0);

    /// <summary>Null where the program is not there.</summary>
    private static int? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}

/// <summary>A test that needs the AWS CLI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AwsCliFactAttribute : FactAttribute
{
    public AwsCliFactAttribute() => Skip = ForeignClient.Aws is null ? "the AWS CLI is not on this machine" : null;
}

/// <summary>A test that needs the AWS SDK for JavaScript.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class JavaScriptFactAttribute : FactAttribute
{
    public JavaScriptFactAttribute() => Skip = ForeignClient.JavaScriptMissing;
}

/// <summary>A test that needs botocore, whose service models are AWS's own.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BotocoreFactAttribute : FactAttribute
{
    public BotocoreFactAttribute() => Skip = ForeignClient.Python is null ? "botocore is not on this machine" : null;
}
