using System.Diagnostics;
using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.Hosting;
using Xunit.Abstractions;

namespace Aragora.Fleet.Systemd.Tests.Downtime;

/// <summary>
/// How long hosts do not answer while a release comes to them, by this module and by the operational runbook's own procedure.
/// The tables are in docs/benchmarks.md. Both go to the head of main at the same origin.
/// </summary>
[Collection(SharedHosts.Name)]
public sealed class DowntimeBench(SystemdSession fleet, ITestOutputHelper output)
{
    private const string Origin = "/srv/origin.git";
    private const string Home = "/home/ec2-user/aragora:ec2-user";
    private const string Opt = "/opt/aragora:aragora";

    private static readonly string s_log = Path.Combine(RepositoryRoot.Path, "artifacts/downtime.log");
    private static readonly string s_runbook =
        Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Systemd.Tests/Downtime/runbook.sh");

    [SystemdSoakFact]
    public Task Three_of_four_hosts_answer_while_a_good_release_comes() => MeasureAsync("v2.9.0", "2.9.0");

    [SystemdSoakFact]
    public Task Three_of_four_hosts_answer_while_a_bad_release_is_taken_back() => MeasureAsync("broken-never-ready", "2.9.1");

    private async Task MeasureAsync(string release, string version)
    {
        BringBack();
        foreach (var id in SystemdSession.Git)
            MoveOrigin(id, release);
        try
        {
            // Settled for as long as the runbook sleeps.
            var deployed = await MeasureAsync($"{release}, Invoke-AragoraDeploy", () => fleet.Engine.RunAsync(
                $"Invoke-AragoraDeploy ($git + '{SystemdSession.Package}') -Ref main -PackageVersion {version} -BatchSize 1 "
                + "-SettleTime 0:0:5 -Confirm:$false"));
            foreach (var order in (string[])["one-by-one", "together"])
            {
                BringBack();
                await MeasureAsync($"{release}, runbook {order}", () => RunbookAsync(order));
            }

            Assert.Equal((3, 3), (deployed.FewestStraight, deployed.FewestProxied));
        }
        finally
        {
            BringBack();
            foreach (var id in SystemdSession.Git)
                Git(id, "remote set-url origin git://origin/aragora.git");
        }
    }

    private async Task<Samples> MeasureAsync(string title, Func<Task> work)
    {
        var samples = await Samples.TakeAsync(fleet.Hosts, work);
        Tell(samples.Row(title));
        Tell($"left at {string.Join(", ", fleet.Releases().Values.Select(release => release.Disk![..9]))}, {fleet.PackageVersion()}");
        return samples;
    }

    private void BringBack()
    {
        fleet.Bring("v2.8.0");
        fleet.BringPackage("2.8.0");
    }

    /// <summary>Gives a host a repository of its own to fetch from, whose main is at a release.</summary>
    private void MoveOrigin(string id, string release)
    {
        fleet.Shell(
            id,
            $"rm -rf {Origin}; git clone -q --mirror git://origin/aragora.git {Origin}; "
            + $"git -C {Origin} update-ref refs/heads/main {fleet.Commit(release)}; "
            + $"chown -R $(systemctl show aragora -P User) {Origin}");
        Git(id, $"remote set-url origin {Origin}");
    }

    private void Git(string id, string arguments) => fleet.Shell(
        id, $"runuser -u $(systemctl show aragora -P User) -- git -C $(systemctl show aragora -P WorkingDirectory) {arguments}");

    private async Task RunbookAsync(string order)
    {
        (string Ids, string Place)[] hosts = order == "together"
            ? [($"{SystemdSession.First},{SystemdSession.Second}", Home), ($"{SystemdSession.Third},{SystemdSession.Package}", Opt)]
            : [(SystemdSession.First, Home), (SystemdSession.Second, Home), (SystemdSession.Third, Opt), (SystemdSession.Package, Opt)];
        var start = new ProcessStartInfo("bash", [s_runbook, order, .. hosts.Select(host => $"{host.Ids}:{host.Place}")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in fleet.Settings)
            start.Environment[name] = value;
        // Debian's own aws first, as in the tests of foreign clients.
        start.Environment["PATH"] = $"/usr/bin:{Environment.GetEnvironmentVariable("PATH")}";
        using var runbook = Process.Start(start)!;
        var (text, errors) = (runbook.StandardOutput.ReadToEndAsync(), runbook.StandardError.ReadToEndAsync());
        await runbook.WaitForExitAsync();
        Tell(await text + await errors);
    }

    private void Tell(string text)
    {
        output.WriteLine(text);
        File.AppendAllText(s_log, text + "\n");
    }
}
