namespace Aragora.Fleet.HostScripts;

internal static class SampleScript
{
    public static string Of(HostOperation operation) =>
        ScriptComposer.Compose(operation, operation.RequiredParameters.ToDictionary(name => name, _ => "x"));
}
