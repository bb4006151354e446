using System.Management.Automation;

namespace Aragora.Fleet.Tests.Hosting;

/// <summary>All that came out of one script.</summary>
internal sealed record EngineResult
{
    public required PSInvocationState State { get; init; }

    /// <summary>What ended the script; null where it ran to its end.</summary>
    public required Exception? Exception { get; init; }

    public required IReadOnlyList<PSObject> Output { get; init; }

    public required IReadOnlyList<ErrorRecord> Errors { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Verbose { get; init; }

    public required IReadOnlyList<string> Debug { get; init; }

    public required IReadOnlyList<string> Information { get; init; }

    public required IReadOnlyList<ProgressRecord> Progress { get; init; }

    /// <summary>The record of a terminating error.</summary>
    public ErrorRecord? TerminatingError => (Exception as IContainsErrorRecord)?.ErrorRecord;

    /// <summary>The output without its wrapping.</summary>
    public IEnumerable<object> Values => Output.Select(item => item.BaseObject);
}
