using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Core.Tests.Rollouts;

public sealed class PackageVersionTests
{
    public static TheoryData<string> Versions =>
        ["2.9.0", "2", "2.9", "2026.11.27", "2.9.0a1", "2.9.0b12", "2.9.0rc1", "2.9.0.post1", "2.9.0.dev3", "2.9.0rc1.post2.dev3", "2.9.0+site.1", "1111111111.1111111111.111111"];

    public static TheoryData<string> Others =>
    [
        "", "v", "main", "2.", ".2", "2.9.0-rc1", "2.9.0.rc1", "2.9.0RC1", "1!2.9.0", "2.9.*", ">=2.8", "2.9.0,2.8.0", "2.9.0 ",
        " 2.9.0", "2.9.0\n", "2.9.0\n2.8.0", "--pre", "-r", "../x", "2.9.0+", "2.9.0+a..b", "2.9.0[x]", "2.9.0;reboot", "$(reboot)",
        "`id`", "2.9.0'", "{{ssm:x}}", "\u0662.9.0", "1111111111.1111111111.1111111",
    ];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Takes_versions_as_an_index_names_them_and_one_leading_v(string version)
    {
        Assert.Equal(version, PackageVersion.Check(version));
        Assert.Equal(version, PackageVersion.Check("v" + version));
    }

    [Theory]
    [MemberData(nameof(Others))]
    [InlineData("vv2.9.0")]
    public void Refuses_what_pip_or_a_shell_would_take_for_something_else(string text) =>
        Assert.Equal(FailureKind.VersionInvalid, Assert.Throws<FleetException>(() => PackageVersion.Check(text)).Kind);

    [HostTheory("bash")]
    [MemberData(nameof(Versions))]
    [MemberData(nameof(Others))]
    public void The_host_judges_the_same(string text)
    {
        var library = Path.Combine(RepositoryFolder.HostScripts, "lib", "package.sh");

        var answer = HostShell.Run("bash", ["-c", "export LC_ALL=C; . \"$0\"; is_version \"$1\"", library, text]);

        Assert.Equal(PackageVersion.IsNormal(text), answer.ExitCode == 0);
    }
}
