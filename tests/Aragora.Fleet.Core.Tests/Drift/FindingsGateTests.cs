using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.Core.Tests.Drift;

/// <summary>Whether findings still hold where hosts may have moved since.</summary>
public sealed class FindingsGateTests
{
    private const string A = DriftFleet.A;
    private const string B = DriftFleet.B;
    private const string C = "cccccccccccccccccccccccccccccccccccccccc";

    private static readonly DriftQuestion s_releases = new() { Kinds = [DriftKind.Release, DriftKind.Running, DriftKind.Dirty] };

    private readonly DriftFleet _fleet = new();
    private readonly List<ToldHost> _hosts = [];

    public FindingsGateTests()
    {
        for (var i = 0; i < 3; i++)
            _hosts.Add(_fleet.Add());
        _hosts.Add(_fleet.Add(host => host.Move(B)));
    }

    [Theory]
    [InlineData(3, B, B)]
    [InlineData(3, A, A)]
    [InlineData(3, A, B)]
    public async Task Findings_hold_while_hosts_are_where_they_were_or_where_they_shall_be(int host, string disk, string running)
    {
        var findings = await TestAsync(s_releases);
        (_hosts[host].Values["disk"], _hosts[host].Values["running"]) = (disk, running);

        Assert.Null((await _fleet.CheckAsync(findings)).Refusal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_host_that_has_a_third_release_since_ends_it_and_is_told_with_the_run(int host)
    {
        var findings = await TestAsync(s_releases);
        _hosts[host].Move(C);
        _hosts[host].Values["foreign"] = "0";
        _hosts[host].Values["came"] = "2026-03-07T10:00:00Z";
        _hosts[host].Values["by"] = "kim";
        _hosts[host].Values["deploy"] = "20260307T100000-abcdef";

        var failure = await RefusedAsync(findings);

        Assert.Equal(
            $"The fleet has moved since drift was tested: host-{host + 1} (i-0000000{host + 1}) had {(host == 3 ? B : A)[..9]} and has {C[..9]} " +
            "since 2026-03-07 10:00:00Z, by kim in 20260307T100000-abcdef. Nothing was begun.",
            failure.Message);
        Assert.Equal([_hosts[host].Target], Assert.IsType<List<HostTarget>>(failure.FailureTarget));
    }

    [Fact]
    public async Task A_host_that_has_the_release_and_local_changes_is_bound_to_what_it_had_too()
    {
        _hosts[3].Move(A);
        _hosts[3].Values["dirty"] = "1";
        var findings = await TestAsync(s_releases);
        Assert.Equal(DriftKind.Dirty, Assert.Single(findings).Kind);
        _hosts[3].Move(C);

        Assert.Contains($"host-4 (i-00000004) had {A[..9]} and has {C[..9]}. Nothing", (await RefusedAsync(findings)).Message);
    }

    [Fact]
    public async Task The_named_host_alone_speaks_for_its_release()
    {
        var findings = await TestAsync(s_releases with { Host = _hosts[1].Target });
        Assert.Equal(["i-00000002"], Assert.Single(findings).ReferenceInstanceId);
        _hosts[0].Move(C);
        Assert.Null((await _fleet.CheckAsync(findings)).Refusal);
        _hosts[1].Move(C);

        Assert.Contains("host-2", (await RefusedAsync(findings)).Message);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    public async Task Where_most_of_the_hosts_that_had_it_do_not_answer_nothing_is_begun(int silent, int answering)
    {
        var findings = await TestAsync(s_releases);
        foreach (var host in _hosts.Take(silent))
            host.IsGone = true;

        var failure = await RefusedAsync(findings);

        Assert.Equal(
            $"Of 3 hosts that had {A[..9]}, {answering} tell their release now: too few to go by. Nothing was begun.", failure.Message);
        for (var i = 0; i < silent - 1; i++)
            _hosts[i].IsGone = false;
        Assert.Null((await _fleet.CheckAsync(findings)).Refusal);
    }

    [Fact]
    public async Task A_release_that_no_host_had_asks_the_hosts_to_repair_alone()
    {
        foreach (var host in _hosts)
        {
            host.Move("2.8.0");
            host.Mode = "package";
        }

        var findings = await TestAsync(s_releases with { PackageVersion = "2.9.0" });
        Assert.Equal(4, findings.Count);
        Assert.All(findings, finding => Assert.Empty(finding.ReferenceInstanceId));
        Assert.Null((await _fleet.CheckAsync(findings)).Refusal);
        _hosts[2].Move("2.7.0");

        Assert.Contains("had 2.8.0 and has 2.7.0", (await RefusedAsync(findings)).Message);
    }

    [Fact]
    public async Task A_finding_that_does_not_say_what_its_host_had_does_not_hold()
    {
        var findings = (await TestAsync(s_releases)).Select(finding => finding with { DiskRelease = null, ReferenceInstanceId = [] }).ToList();

        Assert.Contains($"does not say what it had and has {B[..9]}", (await RefusedAsync(findings)).Message);
    }

    [Fact]
    public async Task Fifty_hosts_speak_for_more_and_are_taken_from_all_of_them()
    {
        for (var i = 0; i < 97; i++)
            _fleet.Add();

        var finding = Assert.Single(await TestAsync(s_releases));

        Assert.Equal(50, finding.ReferenceInstanceId.Length);
        Assert.Equal("i-00000001", finding.ReferenceInstanceId[0]);
        Assert.Equal("i-00000100", finding.ReferenceInstanceId[^1][..10]);
    }

    [Fact]
    public async Task A_host_does_not_speak_for_itself()
    {
        _hosts[3].Move(A);
        _hosts[3].Values["dirty"] = "1";

        Assert.Equal(["i-00000001", "i-00000002", "i-00000003"], Assert.Single(await TestAsync(s_releases)).ReferenceInstanceId);
    }

    [Fact]
    public async Task Once_the_run_has_begun_nothing_is_asked()
    {
        var findings = await TestAsync(s_releases);
        _hosts[0].Move(C);
        var sent = _fleet.Channel.Sent.Count;

        Assert.Null((await _fleet.CheckAsync(findings, GateMoment.BeforeWave)).Refusal);
        Assert.Equal(sent, _fleet.Channel.Sent.Count);
    }

    private async Task<List<DriftFinding>> TestAsync(DriftQuestion question) =>
        (await _fleet.TestAsync(question)).Findings.Select(row => row.Finding).ToList();

    private async Task<FleetException> RefusedAsync(List<DriftFinding> findings)
    {
        var failure = await Assert.ThrowsAsync<FleetException>(() => _fleet.CheckAsync(findings));
        Assert.Equal(FailureKind.FindingStale, failure.Kind);
        return failure;
    }
}
