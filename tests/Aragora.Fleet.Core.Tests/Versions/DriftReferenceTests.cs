using Aragora.Fleet.Versions;

namespace Aragora.Fleet.Core.Tests.Versions;

public sealed class DriftReferenceTests
{
    private const string A = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    [Fact]
    public void More_than_half_of_all_hosts_decide_before_the_rest_has_answered()
    {
        var drift = new DriftReference(4, null);

        drift.Count(Host(A));
        drift.Count(Host(A));
        Assert.Null(drift.Release);
        drift.Count(Host(A));

        Assert.Equal(A, drift.Release);
        Assert.True(drift.Judge(Host(B)).Drifted);
        Assert.False(drift.Judge(Host(A)).Drifted);
    }

    [Fact]
    public void Two_against_two_is_drift_on_every_host()
    {
        var drift = new DriftReference(4, null);
        foreach (var commit in (string[])[A, B, A, B])
        {
            drift.Count(Host(commit));
        }

        drift.Close();

        Assert.Null(drift.Release);
        Assert.True(drift.Judge(Host(A)).Drifted);
    }

    [Fact]
    public void Hosts_that_do_not_answer_do_not_vote()
    {
        var drift = new DriftReference(4, null);
        drift.Count(Host(A));
        drift.Count(Host(null));
        drift.Count(Host(null));

        drift.Close();

        Assert.Equal(A, drift.Release);
        Assert.Null(drift.Judge(Host(null)).Drifted);
    }

    [Fact]
    public void Running_something_else_than_lies_on_disk_is_drift() =>
        Assert.True(Given(A).Judge(Host(A) with { RunningCommit = B }).Drifted);

    [Fact]
    public void A_process_that_does_not_say_what_it_runs_is_unknown() =>
        Assert.Null(Given(A).Judge(Host(A) with { RunningCommit = null }).Drifted);

    [Fact]
    public void A_given_reference_may_be_abbreviated() => Assert.False(Given(A[..7]).Judge(Host(A)).Drifted);

    [Theory]
    [InlineData(new[] { "2.8.0", "2.8.0", "2.7.0" }, false, true)]
    [InlineData(new[] { "2.8.0", "2.7.0" }, true, true)]
    [InlineData(new[] { "2.8.0" }, false, true)]
    public void Package_hosts_are_compared_with_the_majority_of_their_like(string[] versions, bool drifted, bool otherDrifted)
    {
        var drift = new DriftReference(5, null);
        foreach (var version in versions)
        {
            drift.Count(Package(version));
        }

        drift.Close();

        Assert.Equal((drifted, otherDrifted), (drift.Judge(Package("2.8.0")).Drifted, drift.Judge(Package("2.7.0")).Drifted));
    }

    [Fact]
    public void A_package_host_that_does_not_tell_what_it_has_or_runs_is_unknown()
    {
        Assert.Equal("The running release is not known.", Given("2.8.0").Judge(Package("2.8.0") with { RunningVersion = null }).DriftReason);
        Assert.Equal("The release on disk is not known.", Given("2.8.0").Judge(Package(null)).DriftReason);
        Assert.True(Given("2.8.0").Judge(Package("2.8.0+site.1")).Drifted);
        Assert.Equal("Holds 2.7.0, not 2.8.0.", Given("2.8.0").Judge(Package("2.7.0")).DriftReason);
    }

    private static HostVersion Package(string? version) => Host(null) with
    {
        Mode = "package", DiskVersion = version, RunningVersion = version,
    };

    private static DriftReference Given(string commit) => new(4, commit);

    private static HostVersion Host(string? commit) => new()
    {
        InstanceId = "i-00000001",
        Name = "host",
        Environment = "production",
        Region = "us-east-2",
        DiskCommit = commit,
        RunningCommit = commit,
    };
}
