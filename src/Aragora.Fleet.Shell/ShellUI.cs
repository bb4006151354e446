using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Aragora.Fleet.Shell;

/// <summary>What the engine writes and asks, on the screen.</summary>
internal sealed class ShellUI(Screen screen, bool interactive) : PSHostUserInterface
{
    private readonly ShellRawUI _rawUI = new();

    public Screen Screen => screen;

    /// <summary>Whether lines are of an error, and go where errors go.</summary>
    public bool WritesErrors { get; set; }

    public override PSHostRawUserInterface RawUI => _rawUI;

    public override bool SupportsVirtualTerminal => true;

    public override void Write(string value) => screen.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        screen.Write(Style(PSStyle.Instance.Foreground.FromConsoleColor(foregroundColor), value));

    public override void WriteLine(string value)
    {
        if (WritesErrors)
        {
            WriteErrorLine(value);
        }
        else
        {
            screen.Write(value + Environment.NewLine);
        }
    }

    public override void WriteErrorLine(string value) =>
        screen.WriteErrorLine(Style(PSStyle.Instance.Formatting.Error, value));

    public override void WriteWarningLine(string message) =>
        WriteLine(Style(PSStyle.Instance.Formatting.Warning, "WARNING: " + message));

    public override void WriteVerboseLine(string message) =>
        WriteLine(Style(PSStyle.Instance.Formatting.Verbose, "VERBOSE: " + message));

    public override void WriteDebugLine(string message) =>
        WriteLine(Style(PSStyle.Instance.Formatting.Debug, "DEBUG: " + message));

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        var percent = record.PercentComplete >= 0 ? $" [{record.PercentComplete}%]" : string.Empty;
        screen.SetProgress(record.RecordType == ProgressRecordType.Completed
            ? null
            : $"{record.Activity}: {record.StatusDescription}{percent}");
    }

    public override string ReadLine()
    {
        if (!interactive)
        {
            throw NonInteractive();
        }

        var reading = Task.Run(Console.ReadLine);
        try
        {
            reading.Wait(screen.Interrupted);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        return reading.Result ?? throw new PSInvalidOperationException("Standard input ended before the answer.");
    }

    public override int PromptForChoice(
        string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        if (!interactive)
        {
            throw NonInteractive();
        }

        var question = new Question(choices, defaultChoice);
        WriteLine(string.Empty);
        WriteLine(caption);
        WriteLine(message);
        while (true)
        {
            Write(question.Line);
            var answer = ReadLine().Trim();
            if (answer == "?")
            {
                WriteLine(question.Help);
            }
            else if (question.Choose(answer) is { } chosen)
            {
                return chosen;
            }
        }
    }

    // The engine turns this into its error for missing mandatory parameters, which names them.
    public override Dictionary<string, PSObject> Prompt(
        string caption, string message, Collection<FieldDescription> descriptions) => throw NonInteractive();

    public override SecureString ReadLineAsSecureString() => throw NonInteractive();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName) => throw NonInteractive();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw NonInteractive();

    private static string Style(string style, string text) => $"{style}{text}{PSStyle.Instance.Reset}";

    private static PSInvalidOperationException NonInteractive() =>
        new("This session cannot ask: it is not interactive, or the question is none of choices.");
}
