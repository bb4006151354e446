using Aragora.Fleet.Drift;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Core.Tests.Drift;

/// <summary>What becomes of what hosts tell: by the majority, a release, a named host; layer by layer.</summary>
public sealed class DriftServiceTests
{
    private const string A = DriftFleet.A;
    private const string B = DriftFleet.B;

    private readonly DriftFleet _fleet = new();

    [Fact]
    public async Task Hosts_that_are_alike_give_nothing_and_are_asked_once()
    {
        Add(4);

        var report = await _fleet.TestAsync();

        Assert.Empty(report.Findings);
        Assert.Empty(report.Notes);
        Assert.Equal(["aragora-fleet drift"], _fleet.Channel.Sent.Select(send => send.Comment));
    }

    [Fact]
    public async Task The_majority_tells_the_release_that_a_host_should_have()
    {
        Add(3);
        _fleet.Add(host =>
        {
            host.Move(B);
            host.Values["came"] = "2026-03-07T10:00:00Z";
            host.Values["foreign"] = "0";
            host.Values["by"] = "arn:aws:iam::1:user/kim (kim@desk)";
            host.Values["deploy"] = "20260307T100000-abcdef";
        });

        var finding = Assert.Single(Findings(await _fleet.TestAsync()));

        Assert.Equal(("host-4", DriftKind.Release, DriftStatus.Drifted, DriftRepair.Deploy), Shape(finding));
        Assert.Equal((A, B, "majority of 4", A), (finding.Expected, finding.Actual, finding.Reference, finding.WantedRelease));
        Assert.Equal(
            (new DateTimeOffset(2026, 3, 7, 10, 0, 0, TimeSpan.Zero), "arn:aws:iam::1:user/kim (kim@desk)", "20260307T100000-abcdef"),
            (finding.Since, finding.By, finding.DeployId));
    }

    [Fact]
    public async Task A_release_that_the_ledger_does_not_know_is_called_foreign()
    {
        Add(2);
        _fleet.Add(host =>
        {
            host.Move(B);
            host.Values["by"] = "kim";
        });

        var finding = Assert.Single(Findings(await _fleet.TestAsync()));

        Assert.Equal((null, null), (finding.By, finding.DeployId));
        Assert.EndsWith("the ledger does not tell how that came, so it is foreign.", finding.Reason);
    }

    [Fact]
    public async Task A_package_that_was_changed_under_its_service_is_drift_that_a_deploy_mends()
    {
        var host = _fleet.Add(host =>
        {
            host.Mode = "package";
            host.Move("2.9.0");
            host.Values.Remove("running");
        });

        var finding = Assert.Single(Findings(await _fleet.TestAsync()));

        Assert.Equal(
            ("2.9.0", "not known", "2.9.0", DriftRepair.Deploy),
            (finding.Expected, finding.Actual, finding.WantedRelease, finding.Repair));
        Assert.Equal("The package was changed after the service started: what it runs is not known.", finding.Reason);
        host.Values["active"] = "failed";
        Assert.Equal(DriftStatus.Unknown, Assert.Single(Findings(await _fleet.TestAsync())).Status);
    }

    [Fact]
    public async Task Two_against_two_is_drift_with_nothing_to_go_by()
    {
        Add(2);
        _fleet.Add(host => host.Move(B));
        _fleet.Add(host => host.Move(B));

        var findings = Findings(await _fleet.TestAsync(Of(DriftKind.Release)));

        Assert.Equal(4, findings.Count);
        Assert.All(findings, finding => Assert.Equal(
            (DriftStatus.Drifted, null, "no majority", null),
            (finding.Status, finding.Expected, finding.Reference, finding.WantedRelease)));
    }

    [Fact]
    public async Task A_ref_is_resolved_once_and_every_host_is_held_to_it()
    {
        Add(2);
        _fleet.Add(host => host.Move(B));

        var findings = Findings(await _fleet.TestAsync(Of(DriftKind.Release) with { Ref = "v2.9.0" }));

        Assert.Equal(["host-1", "host-2"], findings.Select(finding => finding.Name));
        Assert.All(findings, finding => Assert.Equal(("v2.9.0", B, B), (finding.Reference, finding.Expected, finding.WantedRelease)));
        Assert.Single(_fleet.Channel.Sent, send => send.Comment == "aragora-fleet ref");
    }

    [Fact]
    public async Task A_version_is_for_package_hosts_and_the_majority_for_the_others()
    {
        Add(2);
        _fleet.Add(host => AsPackage(host, "2.7.0"));
        _fleet.Add(host => AsPackage(host, "2.9.0"));

        var finding = Assert.Single(Findings(await _fleet.TestAsync(Of(DriftKind.Release) with { PackageVersion = "2.9.0" })));

        Assert.Equal(("host-3", "2.9.0", "2.7.0", "2.9.0"), (finding.Name, finding.Expected, finding.Actual, finding.Reference));
    }

    [Fact]
    public async Task A_named_host_decides_and_is_judged_only_where_it_is_asked_for()
    {
        Add(3);
        var named = _fleet.Add(host =>
        {
            host.Move(B);
            host.Values["dirty"] = "1";
            host.Layers[DriftKind.DropIn]["secrets.conf ARAGORA_DB_BACKEND"] = "postgres";
        });

        var findings = Findings(await _fleet.TestAsync(new DriftQuestion { Host = named.Target }, count: 3));

        Assert.Equal(
            [("host-1", DriftKind.Release), ("host-1", DriftKind.DropIn), ("host-2", DriftKind.Release), ("host-2", DriftKind.DropIn),
                ("host-3", DriftKind.Release), ("host-3", DriftKind.DropIn)],
            findings.Select(finding => (finding.Name, finding.Kind)));
        Assert.All(findings, finding => Assert.Equal("host-4", finding.Reference));
    }

    [Fact]
    public async Task A_named_host_that_does_not_answer_leaves_nothing_to_compare_with()
    {
        Add(2);
        var gone = _fleet.Add(host => host.IsGone = true);

        var failure = await Assert.ThrowsAsync<FleetException>(() => _fleet.TestAsync(new DriftQuestion { Host = gone.Target }));

        Assert.Equal((FailureKind.Undeliverable, gone.Target), (failure.Kind, failure.FailureTarget));
    }

    [Fact]
    public async Task A_process_that_is_not_what_lies_on_disk_or_names_another_has_drifted()
    {
        Add(3);
        _fleet.Add(host => host.Values["running"] = host.Values["named"] = B);
        _fleet.Add(host => host.Values["named"] = B);

        var findings = Findings(await _fleet.TestAsync());

        Assert.Equal(
            [("host-4", DriftKind.Running, DriftStatus.Drifted, DriftRepair.Deploy), ("host-5", DriftKind.Running, DriftStatus.Drifted, DriftRepair.Deploy)],
            findings.Select(Shape));
        Assert.Equal([(A, B), (A, B)], findings.Select(finding => (finding.Expected, finding.Actual)));
        Assert.Contains("ARAGORA_BUILD_SHA is stale", findings[1].Reason);
        Assert.All(findings, finding => Assert.Equal(A, finding.WantedRelease));
    }

    [Fact]
    public async Task A_process_that_does_not_tell_and_a_tree_that_cannot_be_read_are_unknown()
    {
        Add(3);
        _fleet.Add(host => host.Values["running"] = "");
        _fleet.Add(host => host.Values["dirty"] = "");
        _fleet.Add(host => host.Values["disk"] = "");

        var findings = Findings(await _fleet.TestAsync(Of(DriftKind.Release, DriftKind.Running, DriftKind.Dirty)));

        Assert.All(findings, finding => Assert.Equal(DriftStatus.Unknown, finding.Status));
        Assert.Equal(
            [("host-4", DriftKind.Running), ("host-5", DriftKind.Dirty), ("host-6", DriftKind.Release), ("host-6", DriftKind.Running)],
            findings.Select(finding => (finding.Name, finding.Kind)));
    }

    [Fact]
    public async Task Local_changes_are_named()
    {
        Add(2);
        _fleet.Add(host =>
        {
            host.Values["dirty"] = "2";
            host.Values["dirty.files"] = "README.md, new.txt";
            host.Values["since.Dirty"] = "2026-03-07T10:00:00Z";
        });

        var finding = Assert.Single(Findings(await _fleet.TestAsync()));

        Assert.Equal(("host-3", DriftKind.Dirty, DriftStatus.Drifted, DriftRepair.Deploy), Shape(finding));
        Assert.Equal(("README.md, new.txt", A, 10), (finding.Actual, finding.WantedRelease, finding.Since!.Value.Hour));
    }

    [Fact]
    public async Task What_differs_is_named_and_one_host_of_each_variant_is_asked_for_it()
    {
        Add(40);
        for (var i = 0; i < 10; i++)
        {
            _fleet.Add(host =>
            {
                host.Layers[DriftKind.DropIn]["secrets.conf ARAGORA_DB_BACKEND"] = "postgres";
                host.Layers[DriftKind.DropIn]["distributed.conf"] = "";
                host.Layers[DriftKind.DropIn]["distributed.conf ARAGORA_MULTI_INSTANCE"] = "true";
            });
        }

        var findings = Findings(await _fleet.TestAsync());

        Assert.Equal(10, findings.Count);
        Assert.All(findings, finding => Assert.Equal(
            (DriftKind.DropIn, DriftRepair.ByHand, "majority of 50", "secrets.conf ARAGORA_DB_BACKEND",
                "distributed.conf (extra), secrets.conf ARAGORA_DB_BACKEND (another)"),
            (finding.Kind, finding.Repair, finding.Reference, finding.Expected, finding.Actual)));
        Assert.Equal(["aragora-fleet drift", "aragora-fleet items"], _fleet.Channel.Sent.Select(send => send.Comment));
        Assert.Equal(2, _fleet.Channel.Sent[1].InstanceIds.Count);
        Assert.Contains("\nP_KINDS='DropIn'\n", _fleet.Sent("items"));
    }

    [Fact]
    public async Task Versions_of_packages_are_told_and_a_file_that_is_missing()
    {
        Add(2);
        _fleet.Add(host =>
        {
            host.Layers[DriftKind.PackageSet]["aragora-wire"] = "2.7.0";
            host.Layers[DriftKind.Nginx].Remove("nginx.conf");
        });

        var findings = Findings(await _fleet.TestAsync());

        Assert.Equal(
            [(DriftKind.Nginx, "nginx.conf", "nginx.conf (missing)"), (DriftKind.PackageSet, "aragora-wire 2.8.0", "aragora-wire 2.7.0")],
            findings.Select(finding => (finding.Kind, finding.Expected, finding.Actual)));
    }

    [Fact]
    public async Task Items_that_are_not_those_of_the_digest_are_not_believed()
    {
        Add(2);
        _fleet.Add(host =>
        {
            host.Lies = true;
            host.Layers[DriftKind.DropIn]["x.conf"] = "";
        });

        var finding = Assert.Single(Findings(await _fleet.TestAsync()));

        Assert.Equal((DriftStatus.Drifted, null, null), (finding.Status, finding.Expected, finding.Actual));
        Assert.Contains("could not be read", finding.Reason);
    }

    [Fact]
    public async Task What_a_host_contradicts_itself_in_is_told_of_a_host_that_is_like_the_others()
    {
        Add(2);
        _fleet.Add(host => host.Values["fault.Unit"] = "StartLimitIntervalSec of aragora.service stands in [Service]");

        var finding = Assert.Single(Findings(await _fleet.TestAsync()));

        Assert.Equal(("host-3", DriftKind.Unit, DriftStatus.Drifted, DriftRepair.ByHand), Shape(finding));
        Assert.Equal((null, null, "StartLimitIntervalSec of aragora.service stands in [Service]"),
            (finding.Reference, finding.Expected, finding.Actual));
    }

    [Fact]
    public async Task A_host_is_compared_with_those_of_its_layout_only_and_one_alone_is_told_as_such()
    {
        Add(2);
        _fleet.Add(host =>
        {
            host.Directory = "/opt/aragora";
            host.Layers[DriftKind.DropIn]["x.conf"] = "";
        });

        var report = await _fleet.TestAsync();

        Assert.Empty(report.Findings);
        Assert.StartsWith("host-3 (i-00000003) is the only host with a checkout in /opt/aragora", Assert.Single(report.Notes));
    }

    [Fact]
    public async Task What_is_installed_is_compared_among_hosts_of_one_release()
    {
        Add(3);
        _fleet.Add(host =>
        {
            host.Move(B);
            host.Layers[DriftKind.PackageSet]["aragora-wire"] = "2.9.0";
        });

        Assert.Equal(DriftKind.Release, Assert.Single(Findings(await _fleet.TestAsync())).Kind);
    }

    [Fact]
    public async Task A_split_layer_names_no_host_as_the_right_one()
    {
        Add(1);
        _fleet.Add(host => host.Layers[DriftKind.Nginx]["nginx.conf"] = "worker_processes 4;");

        var findings = Findings(await _fleet.TestAsync());

        Assert.Equal([("host-1", DriftKind.Nginx), ("host-2", DriftKind.Nginx)], findings.Select(finding => (finding.Name, finding.Kind)));
        Assert.All(findings, finding => Assert.Equal((null, "no majority"), (finding.Expected, finding.Reference)));
        Assert.Single(_fleet.Channel.Sent);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_unknown_once_and_the_majority_is_one_without_it()
    {
        Add(1);
        _fleet.Add(host => host.IsGone = true);
        _fleet.Add(host => host.Move(B));
        _fleet.Add(host => host.Move(B));
        _fleet.Add(host => host.Move(B));

        var report = await _fleet.TestAsync(Of(DriftKind.Release, DriftKind.Dirty));

        var (unknown, failure) = Assert.Single(report.Findings, pair => pair.Failure is not null);
        Assert.Equal(("host-2", DriftKind.Release, DriftStatus.Unknown), (unknown.Name, unknown.Kind, unknown.Status));
        Assert.Equal(FailureKind.Undeliverable, failure!.Kind);
        Assert.Equal(("host-1", "majority of 4"), Assert.Single(
            report.Findings.Where(pair => pair.Failure is null).Select(pair => (pair.Finding.Name, pair.Finding.Reference!))));
    }

    [Fact]
    public async Task Where_those_that_do_not_answer_could_turn_the_majority_there_is_none()
    {
        Add(1);
        _fleet.Add(host => host.IsGone = true);
        _fleet.Add(host => host.Move(B));
        _fleet.Add(host => host.Move(B));

        var report = await _fleet.TestAsync(Of(DriftKind.Release));

        Assert.Equal(["no majority"], report.Findings.Where(pair => pair.Failure is null).Select(pair => pair.Finding.Reference!).Distinct());
    }

    [Fact]
    public async Task Hosts_that_are_all_alike_did_not_drift_whoever_is_silent()
    {
        Add(1);
        _fleet.Add(host => host.IsGone = true);
        _fleet.Add(host => host.IsGone = true);
        Add(1);

        Assert.DoesNotContain((await _fleet.TestAsync()).Findings, pair => pair.Failure is null);
    }

    [Fact]
    public async Task A_named_host_that_cannot_tell_what_it_has_is_no_measure()
    {
        Add(2);
        var named = _fleet.Add(host => host.Values["disk"] = "");

        var failure = await Assert.ThrowsAsync<FleetException>(() => _fleet.TestAsync(new DriftQuestion { Host = named.Target }));

        Assert.Equal((FailureKind.LayoutUnsupported, (object)named.Target), (failure.Kind, failure.FailureTarget));
        Assert.Contains("its release could not be read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_was_compared_with_no_other_is_said_to_be()
    {
        Add(1);

        var report = await _fleet.TestAsync(Of(DriftKind.Release));

        Assert.Empty(report.Findings);
        Assert.Contains("its release was compared with that of no other", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_the_service_is_unknown_once()
    {
        Add(2);
        _fleet.Add(host => host.Mode = "none");

        var finding = Assert.Single(Findings(await _fleet.TestAsync()));

        Assert.Equal(("host-3", DriftStatus.Unknown), (finding.Name, finding.Status));
        Assert.Contains("no service of a known layout", finding.Reason);
    }

    [Fact]
    public async Task Each_run_has_a_salt_of_its_own()
    {
        Add(1);

        await _fleet.TestAsync();
        await _fleet.TestAsync();

        var salts = _fleet.Channel.Sent.Select(send => send.Script.Split('\n').Single(line => line.StartsWith("P_SALT="))).ToList();
        Assert.Equal(2, salts.Distinct().Count());
        Assert.All(salts, salt => Assert.Matches("^P_SALT='[0-9A-F]{32}'$", salt));
    }

    private void Add(int count)
    {
        for (var i = 0; i < count; i++)
            _fleet.Add();
    }

    private static DriftQuestion Of(params DriftKind[] kinds) => new() { Kinds = kinds };

    private static void AsPackage(ToldHost host, string version)
    {
        (host.Mode, host.Directory) = ("package", "/opt/aragora");
        host.Values["disk"] = version;
        host.Values["running"] = host.Values["named"] = host.Values["dirty"] = "";
    }

    private static List<DriftFinding> Findings(DriftReport report)
    {
        Assert.All(report.Findings, pair => Assert.Null(pair.Failure));
        return [.. report.Findings.Select(pair => pair.Finding)];
    }

    private static (string, DriftKind, DriftStatus, DriftRepair) Shape(DriftFinding finding) =>
        (finding.Name, finding.Kind, finding.Status, finding.Repair);
}
