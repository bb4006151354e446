using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;

namespace Aragora.Fleet.Core.Tests.Rollouts;

public sealed class GitRefTests
{
    [Theory]
    [InlineData("main", "main")]
    [InlineData("feature/x-1", "feature/x-1")]
    [InlineData("v2.9.0", "v2.9.0")]
    [InlineData("75FCB56", "75fcb56")]
    [InlineData("75FCB56EA0000000000000000000000000000000", "75fcb56ea0000000000000000000000000000000")]
    public void Takes_what_git_takes_and_writes_commits_small(string text, string expected) =>
        Assert.Equal(expected, GitRef.Check(text));

    [Theory]
    [InlineData("")]
    [InlineData("-rf")]
    [InlineData("a b")]
    [InlineData("a;reboot")]
    [InlineData("$(reboot)")]
    [InlineData("`id`")]
    [InlineData("a'b")]
    [InlineData("a\"b")]
    [InlineData("a\nb")]
    [InlineData("a..b")]
    [InlineData("a~1")]
    [InlineData("a^")]
    [InlineData("a:b")]
    [InlineData("a*")]
    [InlineData("a\\b")]
    [InlineData("@{u}")]
    [InlineData("a.lock")]
    [InlineData("a/")]
    [InlineData(".hidden")]
    [InlineData("{{ssm:x}}")]
    public void Refuses_what_git_or_a_shell_would_take_for_something_else(string text) =>
        Assert.Equal(FailureKind.RefInvalid, Assert.Throws<FleetException>(() => GitRef.Check(text)).Kind);

    [Theory]
    [InlineData("main")]
    [InlineData("75fcb5")]
    [InlineData("75fcb56g")]
    [InlineData("75fcb56ea00000000000000000000000000000001")]
    public void A_commit_is_seven_to_forty_digits(string text) =>
        Assert.Equal(FailureKind.RefInvalid, Assert.Throws<FleetException>(() => GitRef.CheckCommit(text)).Kind);
}
