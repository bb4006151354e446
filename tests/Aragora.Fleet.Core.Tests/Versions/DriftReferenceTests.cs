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
        Assert.Null(drift.Commit);
        drift.Count(Host(A));

        Assert.Equal(A, drift.Commit);
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

        Assert.Null(drift.Commit);
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

        Assert.Equal(A, drift.Commit);
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
