using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>Which versions a package host holds as a whole, so that the way back to them needs no index.</summary>
public sealed class HeldVersionTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("aragora-held-").FullName;

    public HeldVersionTests()
    {
        Set("2.8.0", "Old.Name===1.0\naragora===2.8.0\naragora_wire===2.8.0+site.1\npip===23.0\n");
        Installed("aragora-2.9.0", "aragora_wire-2.9.0", "pip-23.0");
        Wheel("aragora-2.8.0", "aragora_wire-2.8.0+site.1", "old_name-1.0", "aragora-2.9.0");
    }

    [HostFact("bash", "comm")]
    public void A_version_is_held_where_each_of_its_set_is_installed_or_here_as_a_wheel() => Assert.True(Has("2.8.0"));

    [HostTheory("bash", "comm")]
    [InlineData("aragora-2.8.0")]
    [InlineData("aragora_wire-2.8.0+site.1")]
    [InlineData("old_name-1.0")]
    public void A_version_of_which_a_wheel_is_gone_is_not_held(string wheel)
    {
        File.Delete(WheelOf(wheel));

        Assert.False(Has("2.8.0"));
    }

    [HostFact("bash", "comm")]
    public void Another_version_of_a_dependency_is_none()
    {
        File.Move(WheelOf("aragora_wire-2.8.0+site.1"), WheelOf("aragora_wire-2.8.0"));

        Assert.False(Has("2.8.0"));
    }

    [HostFact("bash", "comm")]
    public void What_is_installed_needs_no_wheel()
    {
        File.Delete(WheelOf("old_name-1.0"));
        Installed("Old.Name-1.0");

        Assert.True(Has("2.8.0"));
    }

    // Its way back resolves anew.
    [HostFact("bash", "comm")]
    public void A_version_whose_set_nobody_kept_is_not_held() => Assert.False(Has("2.9.0"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private bool Has(string version)
    {
        var library = Path.Combine(RepositoryFolder.HostScripts, "lib", "releases.sh");
        var answer = HostShell.Run(
            "bash", ["-c", $"set -Eeuo pipefail; export LC_ALL=C; source {library}; DIR=$0 STATE=$0 VENV=$0; if package_has {version}; then echo yes; else echo no; fi", _root]);
        Assert.Equal((0, ""), (answer.ExitCode, answer.Error));
        return answer.Output == "yes\n";
    }

    private void Installed(params string[] names) => Array.ForEach(
        names, name => Directory.CreateDirectory(Path.Combine(_root, "lib/python3.11/site-packages", $"{name}.dist-info")));

    private void Wheel(params string[] names) => Array.ForEach(names, name => Write(WheelOf(name), ""));

    private string WheelOf(string name) => Path.Combine(_root, ".aragora-fleet/wheels/1", $"{name}-py3-none-any.whl");

    private void Set(string version, string lines) => Write(Path.Combine(_root, "sets", version), lines);

    private static void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
