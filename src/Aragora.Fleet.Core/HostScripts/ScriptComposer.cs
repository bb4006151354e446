using System.Text;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.HostScripts;

/// <summary>Puts one script together: prelude, parameters, libraries, operation.</summary>
public static class ScriptComposer
{
    /// <summary>The most bytes that a script may have.</summary>
    public const int MaximumBytes = 32 * 1024;

    private const string Prelude = "#!/bin/bash\nset -Eeuo pipefail\nexport HOME=${HOME:-/root} LC_ALL=C\n";

    /// <summary>The whole script, as it is sent and as it stays readable in the command history.</summary>
    /// <exception cref="FleetException">
    /// The script is too long (ScriptTooLong), or a value cannot travel (TextInvalid).
    /// </exception>
    /// <exception cref="ArgumentException">A parameter is missing, or the operation does not know it.</exception>
    public static string Compose(HostOperation operation, IReadOnlyDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(parameters);
        Check(operation, parameters);

        var script = new StringBuilder(Prelude);
        Assign(script, "OPERATION", operation.Name);
        foreach (var name in operation.RequiredParameters.Concat(operation.OptionalParameters))
            Assign(script, name, parameters.GetValueOrDefault(name, string.Empty));
        foreach (var library in operation.Libraries)
            Append(script, $"lib/{library}.sh", $"# {library}");
        Append(script, $"ops/{operation.Name}.sh", head: null);
        return Bounded(script.ToString(), operation);
    }

    private static void Check(HostOperation operation, IReadOnlyDictionary<string, string> parameters)
    {
        var missing = operation.RequiredParameters.Where(name => !parameters.ContainsKey(name)).ToList();
        var unknown = parameters.Keys
            .Except(operation.RequiredParameters)
            .Except(operation.OptionalParameters)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (missing.Count + unknown.Count == 0)
            return;

        throw new ArgumentException(
            $"{operation} misses [{string.Join(' ', missing)}] and does not know [{string.Join(' ', unknown)}].",
            nameof(parameters));
    }

    private static void Assign(StringBuilder script, string name, string value) =>
        script.Append(name).Append('=').Append(ShellQuote.Quote(value)).Append('\n');

    /// <summary>
    /// Size is scarce: of a file's comments only the first line travels, of a library its name in the place of that; of its empty
    /// lines none, of its indentation one space a level, and lines that a backslash parts are one. So no text over several lines may
    /// rest on any of these.
    /// </summary>
    private static void Append(StringBuilder script, string resource, string? head)
    {
        var lines = Read(resource).TrimEnd('\n').Split('\n');
        script.Append(head ?? lines[0]).Append('\n');
        var isContinued = false;
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0 && !line.TrimStart().StartsWith('#')))
        {
            var text = line.AsSpan().TrimStart(' ');
            script.Append(' ', isContinued ? 0 : (line.Length - text.Length) / 2);
            isContinued = text.EndsWith(" \\", StringComparison.Ordinal);
            script.Append(isContinued ? text[..^1] : $"{text}\n");
        }
    }

    /// <summary>The text of one script file, as it was written.</summary>
    internal static string Read(string resource)
    {
        using var stream = typeof(ScriptComposer).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly holds no script {resource}.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static string Bounded(string script, HostOperation operation)
    {
        var excess = Encoding.UTF8.GetByteCount(script) - MaximumBytes;
        if (excess <= 0)
            return script;

        throw new FleetException(
            FailureKind.ScriptTooLong,
            $"The script of {operation} is {excess} bytes longer than the {MaximumBytes} that can be sent.",
            "Shorten the text, or fetch the long part on the host.");
    }
}
