using Aragora.Fleet.Drift;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Systemd.Tests.Fleet;

namespace Aragora.Fleet.Systemd.Tests;

/// <summary>Drift of hosts with real systemd, nginx, git and pip.</summary>
[Collection(SharedHosts.Name)]
public sealed class DriftTests(SystemdSession fleet)
{
    private const string DropIn = "/etc/systemd/system/aragora.service.d/x.conf";

    [SystemdFact]
    public void What_was_changed_on_a_host_is_found_and_what_a_deploy_mends_is_mended()
    {
        fleet.Bring("v2.8.0");
        fleet.Shell(
            SystemdSession.Second,
            $"echo '# mine' >>/home/ec2-user/aragora/pyproject.toml; cp -p /etc/nginx/nginx.conf /root; echo '# mine' >>/etc/nginx/nginx.conf; "
            + $"printf '[Service]\\nEnvironment=ARAGORA_DB_BACKEND=s3cret\\n' >{DropIn}; systemctl daemon-reload");
        fleet.Shell(SystemdSession.Third, "cd /opt/aragora; runuser -u aragora -- git checkout -q -B main v2.7.0");
        try
        {
            const string Test = "Test-AragoraDrift $git -ReferenceInstance " + SystemdSession.First;
            var tested = fleet.Succeed($"{Test} -OutVariable found");
            var found = tested.Values.Cast<DriftFinding>().Where(finding => finding.Kind != DriftKind.Unit).ToList();

            Assert.Equal(
                [
                    (SystemdSession.Second, DriftKind.Dirty, "pyproject.toml"),
                    (SystemdSession.Second, DriftKind.DropIn,
                        "x.conf (extra); ARAGORA_DB_BACKEND is one thing in secrets.conf and another in x.conf, which wins"),
                    (SystemdSession.Second, DriftKind.Nginx, "nginx.conf (another)"),
                    (SystemdSession.Third, DriftKind.Release, fleet.Commit("v2.7.0")),
                    (SystemdSession.Third, DriftKind.Running, fleet.Commit("v2.8.0")),
                ],
                found.Select(f => (f.InstanceId, f.Kind, f.Actual!)).OrderBy(f => Array.IndexOf(SystemdSession.Git, f.InstanceId)).ThenBy(f => f.Kind));
            Assert.All(found, finding => Assert.NotNull(finding.Since));
            Assert.All(found, finding => Assert.DoesNotContain("s3cret", finding.ToString(), StringComparison.Ordinal));
            Assert.Contains("the only host with a checkout in /opt/aragora", Assert.Single(tested.Warnings), StringComparison.Ordinal);

            var repair = fleet.Engine.Run("$found | Repair-AragoraDrift -Wave 100% -SettleTime 0 -Confirm:$false");

            Assert.Equal(
                ((string[])[SystemdSession.Second, SystemdSession.Third]).Order(),
                SystemdSession.Results(repair).Select(result => result.InstanceId).Order());
            Assert.All(SystemdSession.Results(repair), result => Assert.Equal(DeployOutcome.Deployed, result.Outcome));
            Assert.All(repair.Errors, error => Assert.Equal("DriftNotRepairable", SystemdSession.Id(error)));
            Assert.Equal(
                [DriftKind.DropIn, DriftKind.Nginx],
                fleet.Succeed(Test).Values.Cast<DriftFinding>().Select(f => f.Kind).Where(kind => kind != DriftKind.Unit));
        }
        finally
        {
            fleet.Shell(SystemdSession.Second, $"rm {DropIn}; systemctl daemon-reload; mv /root/nginx.conf /etc/nginx/nginx.conf");
        }
    }

    [SystemdFact]
    public void A_drop_in_that_systemd_has_not_loaded_is_told_as_such()
    {
        fleet.Shell(SystemdSession.First, $"printf '[Service]\\nEnvironment=X=1\\n' >{DropIn}");
        try
        {
            var finding = Assert.Single(fleet.Succeed($"Test-AragoraDrift {SystemdSession.First} -Kind DropIn").Values.Cast<DriftFinding>());

            Assert.Contains("not loaded by systemd", finding.Actual, StringComparison.Ordinal);
        }
        finally
        {
            fleet.Shell(SystemdSession.First, $"rm {DropIn}; systemctl daemon-reload");
        }
    }

    [SystemdFact]
    public void A_package_host_is_held_to_a_version_and_what_is_installed_there_can_be_read()
    {
        var installed = fleet.Shell(SystemdSession.Package, "ls -d /opt/aragora/venv/lib/python*/site-packages/aragora-[0-9]*.dist-info");
        var version = Path.GetFileName(installed)["aragora-".Length..^".dist-info".Length];

        Assert.Empty(fleet.Succeed($"Test-AragoraDrift {SystemdSession.Package} -Kind Release, PackageSet -PackageVersion {version}").Values);
        var finding = Assert.Single(fleet
            .Succeed($"Test-AragoraDrift {SystemdSession.Package} -Kind Release -PackageVersion 9.9.9").Values.Cast<DriftFinding>());

        Assert.Equal(("9.9.9", version), (finding.Expected, finding.Actual));
    }
}
