using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Aragora.Fleet.Tests.Hosting;

/// <summary>What a user would have seen, in order; questions are answered by <see cref="Answer"/>.</summary>
internal sealed class RecordingUI(bool interactive) : PSHostUserInterface
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<ProgressRecord> _progress = new();
    private readonly ConcurrentQueue<string> _questions = new();

    /// <summary>Every line, errors and warnings with the prefix of their stream.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public IReadOnlyList<ProgressRecord> Progress => [.. _progress];

    public IReadOnlyList<string> Questions => [.. _questions];

    /// <summary>Picks a choice by its label, such as <c>&amp;Yes</c>, from those offered.</summary>
    public Func<IReadOnlyList<string>, string> Answer { get; set; } = labels => labels[0];

    public override PSHostRawUserInterface? RawUI => null;

    public override void Write(string value) => _lines.Enqueue(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        Write(value);

    public override void WriteLine(string value) => _lines.Enqueue(value);

    public override void WriteErrorLine(string value) => _lines.Enqueue("ERROR: " + value);

    public override void WriteWarningLine(string message) => _lines.Enqueue("WARNING: " + message);

    public override void WriteVerboseLine(string message) => _lines.Enqueue("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => _lines.Enqueue("DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Enqueue(record);

    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        ThrowIfNonInteractive();
        _questions.Enqueue(message);
        var labels = choices.Select(choice => choice.Label).ToList();
        return labels.IndexOf(Answer(labels));
    }

    public override string ReadLine() => throw NonInteractive();

    public override SecureString ReadLineAsSecureString() => throw NonInteractive();

    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions) => throw NonInteractive();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName) => throw NonInteractive();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw NonInteractive();

    private static PSInvalidOperationException NonInteractive() => new("The host is not interactive.");

    private void ThrowIfNonInteractive()
    {
        if (!interactive)
        {
            throw NonInteractive();
        }
    }
}
