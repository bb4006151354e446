using Aragora.Fleet.Sandbox.Virtual;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Virtual;

/// <summary>The releases that a virtual host can go back to, by the ledgers that HistoryTests gives to point.sh.</summary>
public sealed class RollbackPointsTests
{
    private readonly List<LedgerLine> _lines = [];

    [Theory]
    [InlineData("run", true)]
    [InlineData("own", false)]
    [InlineData("", false)]
    public void What_was_good_before_stays_so_where_its_run_took_it_back_for_another(string cause, bool stays)
    {
        Add("Deploy", "run-1", "first", "good", "deployed");
        Add("Deploy", "run-2", "good", "last", "deployed");
        Add("Deploy", "run-3", "last", "good", "deployed");
        Add("Restore", "run-3", "good", "last", "restored", cause);

        var points = new RollbackPoints(_lines, "1");

        Assert.Equal(stays ? ["last", "good", "first"] : ["last", "first"], points.Good.Select(point => point.Commit));
        Assert.Equal((stays ? "good" : "first", "last"), (points.Previous("last"), points.LastGood));
        Assert.Equal(stays ? "run-1" : "run-3", points.Of(points.At)!.Deploy);
    }

    [Fact]
    public void What_never_was_good_is_neither_good_nor_failed_where_its_run_took_it_back_for_another()
    {
        Add("Deploy", "run-1", "first", "tried", "deployed");
        Add("Restore", "run-1", "tried", "first", "restored", "run");

        var points = new RollbackPoints(_lines, "1");

        Assert.Equal(["first"], points.Good.Select(point => point.Commit));
        Assert.Equal(RollbackPoints.Worth.Unknown, points.Of(points.At)!.Worth);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("own")]
    public void What_a_killed_step_brought_and_its_run_took_back_is_no_point(string cause)
    {
        Add("Restore", "run-1", "tried", "first", "restored", cause);

        Assert.Equal(["first"], new RollbackPoints(_lines, "").Good.Select(point => point.Commit));
    }

    [Fact]
    public void What_failed_here_and_was_come_back_to_all_the_same_is_a_point()
    {
        Add("Deploy", "run-1", "first", "poor", "revert-failed");
        Add("Deploy", "run-2", "poor", "bad", "reverted");

        Assert.Equal(["poor", "first"], new RollbackPoints(_lines, "").Good.Select(point => point.Commit));
    }

    [Theory]
    [InlineData("deployed", "verified")]
    [InlineData("failed", "found")]
    public void The_last_good_release_is_one_that_was_only_observed_where_none_was_verified(string verdict, string last)
    {
        Add("Deploy", "run-1", "first", "verified", verdict);
        Add("Foreign", "run-2", "verified", "found", "observed");
        Add("Deploy", "run-2", "found", "bad", "reverted");

        Assert.Equal(last, new RollbackPoints(_lines, "").LastGood);
    }

    private void Add(string kind, string deploy, string from, string to, string verdict, string cause = "") =>
        _lines.Add(new LedgerLine($"{_lines.Count + 1}", kind, deploy, from, to, verdict, "somebody", cause));
}
