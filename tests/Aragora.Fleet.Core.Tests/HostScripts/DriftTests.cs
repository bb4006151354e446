using Aragora.Fleet.Drift;
using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>What a host tells of its release and configuration: digests first, then what they are made of.</summary>
public sealed class DriftTests : IDisposable
{
    private const string Salt = "salt-of-the-run";

    private readonly FakeHost _host = new();

    public DriftTests()
    {
        _host.Say("units.d/aragora.service", "[Unit]\nDescription=Aragora\n\n[Service]\nRestart=always\nExecStart=/bin/true");
        Directory.CreateDirectory(_host.At("nginx", "conf.d"));
        _host.Say("nginx/conf.d/aragora.conf", "server { }");
        Install("Fast_API.x", "1.2");
        Install("aragora", "2.8.0");
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void Tells_the_release_and_a_digest_of_each_layer_within_the_size_of_a_list()
    {
        var answer = Drift();
        var block = answer.Block;

        Assert.Equal((0, string.Empty), (answer.ExitCode, answer.Error));
        Assert.Equal((_host.First, _host.First, _host.First), (block.Commit("disk"), block.Commit("running"), block.Commit("named")));
        Assert.Equal((0L, true), (block.Number("dirty"), block.Flag("foreign")));
        Assert.All(
            (string[])["Unit", "DropIn", "Nginx", "PackageSet"],
            kind => Assert.Matches("^[0-9a-f]{8}$", block.Text($"sum.{kind}")));
        Assert.All((string[])["Unit", "DropIn", "Nginx", "PackageSet"], kind => Assert.Matches("^20.*Z$", block.Text($"since.{kind}")));
        Assert.All((string[])["fault.Unit", "fault.DropIn", "outcome", "cut"], key => Assert.Null(block.Text(key)));
        Assert.InRange(answer.Output.Length, 1, 2_300);
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void The_items_are_what_the_digests_were_made_of()
    {
        var sums = Drift().Block;

        var items = Items();

        Assert.Equal(
            ["aragora.service", "aragora.service [Service] ExecStart", "aragora.service [Service] Restart", "aragora.service [Unit] Description"],
            Read(DriftKind.Unit, items, sums).ByName.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["secrets.conf", "secrets.conf SECRET_TOKEN"], Read(DriftKind.DropIn, items, sums).ByName.Keys.Order());
        Assert.Equal(["conf.d/aragora.conf"], Read(DriftKind.Nginx, items, sums).ByName.Keys);
        Assert.Equal("1.2", Assert.Single(Read(DriftKind.PackageSet, items, sums).ByName, item => item.Key == "fast-api-x").Value);
        Assert.Single(Read(DriftKind.PackageSet, items, sums).ByName);
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void Changes_nothing_and_tells_no_value_and_no_digest_that_another_run_would_give()
    {
        File.AppendAllText(_host.At("app", "file"), "a change of their own\n");
        var before = Contents();

        var (first, second) = (Items(), Items("another salt"));

        Assert.Equal(Drift().Block.Text("sum.DropIn"), Drift().Block.Text("sum.DropIn"));
        Assert.NotEqual(Drift().Block.Text("sum.DropIn"), Drift("another salt").Block.Text("sum.DropIn"));
        Assert.NotEqual(Line(first, "SECRET_TOKEN"), Line(second, "SECRET_TOKEN"));
        Assert.Equal(before, Contents());
        Assert.DoesNotContain("hunter2", first + second + Drift().Output, StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum", "sha256sum")]
    [InlineData("units.d/aragora.service", "[Service]\nRestart=no", "Unit")]
    [InlineData("units.d/aragora.service.d/x.conf", "[Service]\nEnvironment=\"A=b c\"", "DropIn")]
    [InlineData("units.d/aragora.service.d/secrets.conf", "[Service]\nEnvironment=SECRET_TOKEN=hunter3", "DropIn")]
    [InlineData("nginx/conf.d/aragora.conf", "server { listen 81; }", "Nginx")]
    [InlineData("app/venv/lib/python3.11/site-packages/other-1.dist-info/METADATA", "Name: other\nVersion: 1\n", "PackageSet")]
    public void A_change_of_a_layer_changes_its_digest_and_no_other(string file, string text, string kind)
    {
        var before = Drift().Block;
        Directory.CreateDirectory(Path.GetDirectoryName(_host.At(file))!);
        _host.Say(file, text);

        var after = Drift().Block;

        Assert.All(
            (string[])["Unit", "DropIn", "Nginx", "PackageSet"],
            layer => Assert.Equal(layer != kind, before.Text($"sum.{layer}") == after.Text($"sum.{layer}")));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void The_order_of_settings_comments_the_release_and_the_region_make_no_difference()
    {
        DropIn("x.conf", "Environment=A=1\nEnvironment=AWS_REGION=us-east-2\nEnvironment=B=2");
        var before = Drift().Block.Text("sum.DropIn");

        DropIn("x.conf", "# Who\nEnvironment=\"B=2\" \\\n  A=1\nEnvironment=ARAGORA_BUILD_SHA=other AWS_REGION=us-east-2");

        Assert.Equal(before, Drift().Block.Text("sum.DropIn"));
    }

    [HostTheory("bash", "git", "curl", "cksum", "sha256sum")]
    [InlineData("x.conf", "Environment=SECRET_TOKEN=hunter3", "SECRET_TOKEN is one thing in secrets.conf and another in x.conf, which wins")]
    [InlineData("x.conf", "Environment=SECRET_TOKEN=hunter2", null)]
    [InlineData("x.conf", "StartLimitIntervalSec=300", "StartLimitIntervalSec of x.conf stands in [Service], where systemd ignores it")]
    [InlineData("x.conf", "Environment=ARAGORA_SINGLE_INSTANCE=1 ARAGORA_MULTI_INSTANCE=1",
        "ARAGORA_SINGLE_INSTANCE of x.conf against ARAGORA_MULTI_INSTANCE of x.conf")]
    public void Drop_ins_that_contradict_or_have_no_effect_are_told(string file, string line, string? expected)
    {
        DropIn(file, line);

        Assert.Equal(expected, Drift().Block.Text("fault.DropIn"));
    }

    [HostTheory("bash", "git", "curl", "cksum", "sha256sum")]
    [InlineData("EnvironmentFiles")]
    [InlineData("EnvironmentFile")]
    public void A_setting_that_an_environment_file_overrides_is_told_however_systemd_calls_the_file(string property)
    {
        _host.Say("env", "SECRET_TOKEN=hunter3\nOTHER=1");
        _host.Say("envfiles", $"{property}={_host.At("env")} (ignore_errors=no)");

        Assert.Equal($"overridden by {_host.At("env")}: SECRET_TOKEN", Drift().Block.Text("fault.DropIn"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void A_drop_in_without_its_section_is_told_and_no_value_of_it_leaves_the_host()
    {
        _host.Say("units.d/aragora.service.d/x.conf", "ARAGORA_API_KEY=hunter8\nEnvironment=OTHER_TOKEN=hunter9");

        var items = Items();

        Assert.Contains("x.conf - ARAGORA_API_KEY\t", items, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", items + Drift().Output, StringComparison.Ordinal);
        Assert.Equal(
            "Environment of x.conf stands outside of [Service], where systemd ignores it", Drift().Block.Text("fault.DropIn"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void A_setting_that_forgets_all_others_is_a_difference()
    {
        DropIn("x.conf", "Environment=A=1");
        var before = Drift().Block.Text("sum.DropIn");

        DropIn("x.conf", "Environment=A=1\nEnvironment=");

        Assert.NotEqual(before, Drift().Block.Text("sum.DropIn"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void Two_drop_ins_that_ask_for_other_restarts_and_what_systemd_has_not_loaded_are_told()
    {
        DropIn("a.conf", "Restart=no");
        DropIn("b.conf", "Restart=always");
        _host.Say("reload", "yes");

        Assert.Equal(
            "Restart is one thing in a.conf and another in b.conf, which wins; "
            + "changed on disk and not loaded by systemd, which a daemon-reload does",
            Drift().Block.Text("fault.DropIn"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void A_setting_of_the_unit_file_that_systemd_ignores_is_told()
    {
        _host.Say("units.d/aragora.service", "[Unit]\nStartLimitIntervalSec=9\n[Service]\nStartLimitIntervalSec=300");

        Assert.Equal(
            "StartLimitIntervalSec of aragora.service stands in [Service], where systemd ignores it",
            Drift().Block.Text("fault.Unit"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum", "flock")]
    public void The_ledger_tells_who_brought_the_release_and_another_change_is_foreign()
    {
        var next = _host.Commit();
        Assert.Equal("deployed", _host.Deploy(next).Block.Text("outcome"));

        var known = Drift().Block;
        Assert.Equal((false, "deploy-7", "an\tadmin"), (known.Flag("foreign"), known.Text("deploy"), known.Text("by")));
        Assert.Equal(File.ReadLines(_host.At("state", "ledger")).Last().Split('\t')[0], known.Text("came"));

        // The same once more brings nothing.
        File.AppendAllText(_host.At("app", "file"), "a change of their own\n");
        Assert.Equal("deployed", _host.Deploy(next, step: "step-2").Block.Text("outcome"));
        Assert.Equal(known.Text("came"), Drift().Block.Text("came"));

        _host.MoveBehindTheScripts(_host.First);
        var foreign = Drift().Block;
        Assert.Equal((true, null, null), (foreign.Flag("foreign"), foreign.Text("deploy"), foreign.Text("by")));
        Assert.NotNull(foreign.Text("came"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void Changed_files_are_named_with_the_time_of_the_newest()
    {
        File.AppendAllText(_host.At("app", "file"), "x");
        File.WriteAllText(_host.At("app", "new file"), "x");
        File.SetLastWriteTimeUtc(_host.At("app", "file"), new DateTime(2031, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        var block = Drift().Block;

        Assert.Equal((2L, "file, \"new file\""), (block.Number("dirty"), block.Text("dirty.files")));
        Assert.Equal("2031-01-02T03:04:05Z", block.Text("since.Dirty"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void A_stale_name_of_a_release_is_no_current_release_for_a_deploy()
    {
        // A process that began after the checkout, so that what it loaded is on record.
        using var service = System.Diagnostics.Process.Start("sleep", "120");
        _host.Say("pid", $"{service.Id}");
        _host.Say("build", new string('b', 40));
        var before = Drift().Block;

        var outcome = _host.Deploy(_host.First).Block;
        service.Kill();

        Assert.Equal((_host.First, new string('b', 40)), (before.Commit("running"), before.Commit("named")));
        Assert.Equal(("deployed", _host.First), (outcome.Text("outcome"), outcome.Commit("running")));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void A_host_without_the_service_or_without_nginx_answers()
    {
        Directory.Delete(_host.At("nginx"), recursive: true);
        Assert.Matches("^[0-9a-f]{8}$", Drift().Block.Text("sum.Nginx"));

        _host.Say("absent", "1");
        var answer = Drift();

        Assert.Equal((0, "none", "not-found"), (answer.ExitCode, answer.Block.Text("mode"), answer.Block.Text("load")));
        Assert.Null(answer.Block.Text("sum.Unit"));
    }

    [HostFact("bash", "git", "curl", "cksum", "sha256sum")]
    public void Stays_within_its_size_whatever_there_is_to_tell()
    {
        for (var i = 0; i < 60; i++)
        {
            File.WriteAllText(_host.At("app", $"{new string('x', 90)}{i}"), "x");
            DropIn($"{new string('y', 60)}{i}.conf", $"Environment=SECRET_TOKEN={i}");
        }

        var answer = Drift();

        Assert.Equal(ResultBlockState.Complete, answer.Block.State);
        Assert.InRange(answer.Output.Length, 1, 2_300);
        Assert.NotNull(answer.Block.Text("sum.PackageSet"));
        Assert.NotNull(answer.Block.Text("fault.DropIn"));
    }

    public void Dispose() => _host.Dispose();

    private ShellAnswer Drift(string salt = Salt) => _host.Run(HostOperation.Drift, new()
    {
        ["P_SALT"] = salt,
        ["P_KINDS"] = "Unit DropIn Nginx PackageSet",
    });

    private string Items(string salt = Salt)
    {
        var answer = _host.Run(HostOperation.Items, new() { ["P_SALT"] = salt, ["P_KINDS"] = "Unit DropIn Nginx PackageSet" });
        Assert.Equal((0, string.Empty), (answer.ExitCode, answer.Error));
        return answer.Block.Rest;
    }

    private static LayerItems Read(DriftKind kind, string items, ResultBlock sums) =>
        Assert.IsType<LayerItems>(LayerItems.Read(kind, items, Salt, sums.Text($"sum.{kind}")!));

    private static string Line(string items, string name) => items.Split('\n').Single(line => line.Contains(name, StringComparison.Ordinal));

    private void DropIn(string name, string lines) => _host.Say($"units.d/aragora.service.d/{name}", $"[Service]\n{lines}");

    private void Install(string name, string version)
    {
        var folder = Directory.CreateDirectory(_host.At("app", "venv", "lib", "python3.11", "site-packages", $"{name}-{version}.dist-info"));
        File.WriteAllText(
            Path.Combine(folder.FullName, "METADATA"), $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nVersion: none\n");
    }

    private string Contents() => string.Join('\n', Directory
        .EnumerateFiles(_host.Folder, "*", SearchOption.AllDirectories)
        .Where(file => file != _host.At("calls") && !file.StartsWith(_host.At("scripts"), StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O} {new FileInfo(file).Length}"));
}
