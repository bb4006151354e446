using System.Text;
using Aragora.Fleet.Failures;
using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class ScriptComposerTests
{
    public static TheoryData<int, string> Operations => SampleScript.Operations;

    [Fact]
    public void Begins_with_the_interpreter_and_the_quoted_parameters_in_a_stable_order()
    {
        var script = ScriptComposer.Compose(
            HostOperation.Fetch,
            new Dictionary<string, string> { ["P_STREAM"] = "out", ["P_OFFSET"] = "0", ["P_RUN"] = "it's" });

        Assert.StartsWith(
            """
            #!/bin/bash
            set -Eeuo pipefail
            export HOME=${HOME:-/root} LC_ALL=C
            OPERATION='fetch'
            P_RUN='it'\''s'
            P_STREAM='out'
            P_OFFSET='0'
            P_COMMAND=''
            # result
            """,
            script,
            StringComparison.Ordinal);
    }

    [HostTheory("bash")]
    [MemberData(nameof(Operations))]
    public void Bash_can_parse_every_operation(int index, string name)
    {
        var answer = HostShell.Run("bash", ["-n", "-c", Sample(index, name)]);

        Assert.Equal((0, string.Empty), (answer.ExitCode, answer.Error));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_operation_is_plain_text_that_leaves_room_for_its_values(int index, string name)
    {
        var script = Sample(index, name);

        Assert.DoesNotContain('\r', script);
        Assert.DoesNotContain("{{", script, StringComparison.Ordinal);
        Assert.True(Ascii.IsValid(script));
        Assert.InRange(script.Length, 1, ScriptComposer.MaximumBytes - 6 * 1024);
    }

    [Fact]
    public void Every_script_in_the_assembly_is_used_by_an_operation()
    {
        var used = HostOperation.All
            .SelectMany(operation => operation.Libraries.Select(library => $"lib/{library}.sh"))
            .Concat(HostOperation.All.Select(operation => $"ops/{operation.Name}.sh"))
            .Distinct()
            .Order(StringComparer.Ordinal);
        var embedded = typeof(ScriptComposer).Assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(".sh", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

        Assert.Equal(embedded, used);
    }

    [Fact]
    public void A_script_of_exactly_the_limit_passes_and_one_byte_more_is_refused_by_its_excess()
    {
        var room = ScriptComposer.MaximumBytes - Encoding.UTF8.GetByteCount(Run(string.Empty));

        Assert.Equal(ScriptComposer.MaximumBytes, Encoding.UTF8.GetByteCount(Run(new string('x', room))));
        var failure = Assert.Throws<FleetException>(() => Run(new string('x', room - 1) + "\u00e9"));
        Assert.Equal(FailureKind.ScriptTooLong, failure.Kind);
        Assert.Contains(" 1 bytes longer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_parameter_that_is_missing_and_one_that_is_unknown()
    {
        var failure = Assert.Throws<ArgumentException>(
            () => ScriptComposer.Compose(
                HostOperation.Run, new Dictionary<string, string> { ["P_RUN"] = "r", ["PATH"] = "x" }));

        Assert.Contains("misses [P_SCRIPT] and does not know [PATH]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optional_parameter_may_be_left_out_and_is_then_empty() =>
        Assert.Contains("\nP_LIST=''\n", SampleScript.Of(HostOperation.Ref), StringComparison.Ordinal);

    private static string Run(string text) => ScriptComposer.Compose(
        HostOperation.Run, new Dictionary<string, string> { ["P_RUN"] = "r", ["P_SCRIPT"] = text });

    private static string Sample(int index, string name)
    {
        Assert.Equal(name, HostOperation.All[index].Name);
        return SampleScript.Of(HostOperation.All[index]);
    }
}
