using System.Text;
using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class ShellCheckTests
{
    /// <summary>A library holds more than one operation uses; <see cref="Nothing_is_unused"/> looks at all.</summary>
    private const string UnusedHere = "SC2034,SC2317";

    public static TheoryData<int, string> Operations => SampleScript.Operations;

    [HostTheory("shellcheck")]
    [MemberData(nameof(Operations))]
    public void Every_composed_operation_is_clean(int index, string name)
    {
        var operation = HostOperation.All[index];

        Assert.Equal(name, operation.Name);
        Assert.Equal(string.Empty, Check(SampleScript.Of(operation), UnusedHere));
    }

    [HostFact("shellcheck")]
    public void Nothing_is_unused()
    {
        var script = new StringBuilder("#!/bin/bash\n");
        foreach (var name in HostOperation.All.SelectMany(Variables).Distinct())
            script.Append("read -r ").Append(name).Append('\n');
        foreach (var library in HostOperation.All.SelectMany(operation => operation.Libraries).Distinct())
            script.Append(ScriptComposer.Read($"lib/{library}.sh"));
        foreach (var operation in HostOperation.All)
        {
            script.Append("op_").Append(operation.Name).Append("() {\n")
                .Append(ScriptComposer.Read($"ops/{operation.Name}.sh")).Append("}\n");
        }

        Assert.Equal(string.Empty, Check(script.ToString(), "SC2317"));
    }

    [HostFact("shellcheck")]
    public void The_check_itself_finds_what_is_wrong() =>
        Assert.Contains("SC2086", Check("#!/bin/bash\nrm $1\n", UnusedHere), StringComparison.Ordinal);

    private static IEnumerable<string> Variables(HostOperation operation) =>
        operation.RequiredParameters.Concat(operation.OptionalParameters).Append("OPERATION");

    private static string Check(string script, string excluded)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sh");
        File.WriteAllText(file, script);
        try
        {
            return HostShell.Run(
                "shellcheck", ["--norc", "--shell=bash", "--format=gcc", $"--exclude={excluded}", file]).Output;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
