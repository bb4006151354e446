using System.Diagnostics;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>The scripts that make and run the hosts.</summary>
public sealed class ScriptTests
{
    [ShellCheckFact]
    public void Every_script_is_clean()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Systemd.Tests");
        using var check = Process.Start(new ProcessStartInfo(
            "shellcheck", ["--norc", "--format=gcc", .. Directory.EnumerateFiles(folder, "*.sh", SearchOption.AllDirectories)])
        {
            RedirectStandardOutput = true,
        })!;

        Assert.Equal("", check.StandardOutput.ReadToEnd());
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class ShellCheckFactAttribute : FactAttribute
    {
        public ShellCheckFactAttribute() =>
            Skip = File.Exists("/usr/bin/shellcheck") ? null : "shellcheck is not on this machine";
    }
}
