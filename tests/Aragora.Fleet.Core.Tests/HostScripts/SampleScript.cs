using Xunit;

namespace Aragora.Fleet.HostScripts;

internal static class SampleScript
{
    /// <summary>Every operation by its place in <see cref="HostOperation.All"/>: a name may be that of one for each layout.</summary>
    public static TheoryData<int, string> Operations
    {
        get
        {
            var rows = new TheoryData<int, string>();
            for (var i = 0; i < HostOperation.All.Count; i++)
                rows.Add(i, HostOperation.All[i].Name);
            return rows;
        }
    }

    public static string Of(HostOperation operation) =>
        ScriptComposer.Compose(operation, operation.RequiredParameters.ToDictionary(name => name, _ => "x"));
}
