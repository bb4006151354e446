using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class SurveyTests : IDisposable
{
    private readonly FakeHost _host = new();

    [HostFact("bash", "git", "curl", "cksum")]
    public void Reads_what_a_plan_rests_on_within_the_size_of_a_list()
    {
        var answer = Survey();
        var block = answer.Block;

        Assert.Equal((0, string.Empty), (answer.ExitCode, answer.Error));
        Assert.Equal((_host.First, _host.First), (block.Commit("disk"), block.Commit("running")));
        Assert.Equal(("git", "main", 0L, "0"), (block.Text("mode"), block.Text("branch"), block.Number("dirty"), block.Text("changes")));
        Assert.Equal("""{"status":"ok"}""", block.Text("healthz.body"));
        Assert.All(
            (string[])["owner", "clash", "envfile", "watchdog", "unfinished", "steps", "outcome", "cut"],
            key => Assert.Null(block.Text(key)));
        Assert.InRange(answer.Output.Length, 1, 2_300);
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Stays_within_its_size_whatever_there_is_to_tell()
    {
        _host.Say("healthz", new string('\\', 9_000));
        DropIn("distributed.conf", "Environment=ARAGORA_SINGLE_INSTANCE=true ARAGORA_MULTI_INSTANCE=true");
        Unit("a-watchdog-with-a-name-that-is-longer-than-any-name-has-a-right-to-be.service");

        var answer = Survey();

        Assert.InRange(answer.Output.Length, 1, 2_300);
        Assert.Equal(ResultBlockState.Complete, answer.Block.State);
        Assert.NotNull(answer.Block.Text("clash"));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Changes_nothing_and_tells_no_value_of_a_setting()
    {
        File.AppendAllText(_host.At("app", "file"), "a change of their own\n");
        var before = Contents();

        var answer = Survey();

        Assert.Equal(before, Contents());
        Assert.DoesNotContain("hunter2", answer.Output + answer.Error, StringComparison.Ordinal);
    }

    [HostTheory("bash", "git", "curl", "cksum")]
    [InlineData("Environment=\"ARAGORA_SINGLE_INSTANCE=true\" \"ARAGORA_MULTI_INSTANCE=true\"",
        "ARAGORA_SINGLE_INSTANCE of x.conf against ARAGORA_MULTI_INSTANCE of x.conf")]
    [InlineData("Environment=ARAGORA_SINGLE_INSTANCE=1 ARAGORA_REQUIRE_DISTRIBUTED=yes",
        "ARAGORA_SINGLE_INSTANCE of x.conf against ARAGORA_REQUIRE_DISTRIBUTED of x.conf")]
    [InlineData("Environment=ARAGORA_SINGLE_INSTANCE=true\nEnvironment=ARAGORA_SINGLE_INSTANCE=false",
        "ARAGORA_SINGLE_INSTANCE is set both ways, last by x.conf")]
    [InlineData("Environment=ARAGORA_SINGLE_INSTANCE=true ARAGORA_MULTI_INSTANCE=false", null)]
    [InlineData("Environment=ARAGORA_MULTI_INSTANCE=true", null)]
    public void Finds_drop_ins_that_contradict_each_other(string line, string? expected)
    {
        DropIn("x.conf", line);

        Assert.Equal(expected, Survey().Block.Text("clash"));
    }

    // Systemd 219 tells it in the singular.
    [HostTheory("bash", "git", "curl", "cksum")]
    [InlineData("EnvironmentFiles")]
    [InlineData("EnvironmentFile")]
    public void Names_the_settings_that_an_environment_file_overrides(string property)
    {
        _host.Say("env", "# SECRET_TOKEN=no\nSECRET_TOKEN=hunter3\nOTHER=1");
        _host.Say("envfiles", $"{property}={_host.At("env")} (ignore_errors=yes)");

        var answer = Survey();

        Assert.Equal($"{_host.At("env")}: SECRET_TOKEN", answer.Block.Text("envfile"));
        Assert.DoesNotContain("hunter", answer.Output, StringComparison.Ordinal);
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void A_sum_tells_other_settings_and_other_local_changes_and_not_another_build()
    {
        var before = Survey().Block;
        _host.Say("units.d/aragora.service.d/secrets.conf", $"""
            [Service]
            Environment=SECRET_TOKEN=hunter2
            Environment=ARAGORA_BUILD_SHA={new string('b', 40)}
            Environment=ARAGORA_BUILD_TIME=2026-02-02T00:00:00Z
            """);
        var rebuilt = Survey().Block;
        DropIn("x.conf", "Environment=NEW=1");
        File.WriteAllText(_host.At("app", "new"), "x");
        var changed = Survey().Block;

        Assert.Equal((before.Text("config"), "0"), (rebuilt.Text("config"), rebuilt.Text("changes")));
        Assert.NotEqual(before.Text("config"), changed.Text("config"));
        Assert.NotEqual("0", changed.Text("changes"));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Finds_a_watchdog_that_is_up_and_no_other()
    {
        Unit("aragora-watchdog.service", isUp: false);
        Assert.Null(Survey().Block.Text("watchdog"));

        Unit("aragora-watchdog.service");
        Assert.Equal("aragora-watchdog.service", Survey().Block.Text("watchdog"));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Knows_how_long_the_last_steps_took_and_that_the_newest_has_no_outcome()
    {
        Step("20260301T000000-aaaaaa-deploy", 40, "deployed");
        Step("20260302T000000-aaaaaa-deploy", 90, "failed");
        Step("20260303T000000-aaaaaa-restore", 25, "restored");
        Assert.Equal(("25 40", null), (Survey().Block.Text("steps"), Survey().Block.Text("unfinished")));

        Step("20260304T000000-aaaaaa-deploy", 0, null);
        Assert.Equal("20260304T000000-aaaaaa-deploy", Survey().Block.Text("unfinished"));
    }

    public void Dispose() => _host.Dispose();

    private ShellAnswer Survey() => _host.Run(HostOperation.Survey, []);

    private void DropIn(string name, string lines) => _host.Say($"units.d/aragora.service.d/{name}", $"[Service]\n{lines}");

    // The stand-in shows a unit as up while its process lives: here that of the test.
    private void Unit(string name, bool isUp = true)
    {
        _host.Say($"units.d/{name}", "[Service]\nExecStart=/bin/true");
        _host.Say($"units/{name}", isUp ? $"{Environment.ProcessId}" : "");
    }

    private void Step(string id, int seconds, string? outcome)
    {
        var folder = Directory.CreateDirectory(_host.At("state", "steps", id)).FullName;
        var began = new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);
        File.WriteAllText(Path.Combine(folder, "started"), "");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "started"), began);
        if (outcome is not null)
        {
            var file = Path.Combine(folder, "outcome");
            File.WriteAllText(file, $"@@aragora-result 1 1 1@@\noutcome {outcome}\n@@aragora-end@@\n");
            File.SetLastWriteTimeUtc(file, began.AddSeconds(seconds));
        }
    }

    private string Contents() => string.Join('\n', Directory
        .EnumerateFiles(_host.Folder, "*", SearchOption.AllDirectories)
        .Where(file => file != _host.At("calls") && !file.StartsWith(_host.At("scripts"), StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O} {new FileInfo(file).Length}"));
}
