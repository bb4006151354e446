using System.Management.Automation;
using System.Management.Automation.Internal;

namespace Aragora.Fleet.Shell;

/// <summary>The two output streams and, on a terminal, one line of progress below what was written.</summary>
internal sealed class Screen : IDisposable
{
    private const string EraseLine = "\r\u001b[2K";
    private const int UnknownWidth = 120;

    private readonly object _gate = new();
    private readonly CancellationTokenSource _interrupted = new();
    private readonly bool _plainOutput = Console.IsOutputRedirected || IsColorUnwanted;
    private readonly bool _plainError = Console.IsErrorRedirected || IsColorUnwanted;
    private bool _atLineStart = true;
    private string? _progress;

    public Screen()
    {
        if (_plainOutput)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }
    }

    /// <summary>Whether there is a terminal to draw on.</summary>
    public static bool IsTerminal =>
        !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>How many characters fit in a line.</summary>
    public static int Width =>
        Console.IsOutputRedirected || Console.WindowWidth <= 0 ? UnknownWidth : Console.WindowWidth;

    /// <summary>Cancelled by Ctrl+C.</summary>
    public CancellationToken Interrupted => _interrupted.Token;

    private static bool IsColorUnwanted =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        || Environment.GetEnvironmentVariable("TERM") is "dumb";

    public void Write(string text)
    {
        lock (_gate)
        {
            EraseProgress();
            Console.Out.Write(_plainOutput ? Plain(text) : text);
            _atLineStart = text.Length == 0 ? _atLineStart : text[^1] == '\n';
            DrawProgress();
        }
    }

    public void WriteErrorLine(string text)
    {
        lock (_gate)
        {
            EraseProgress();
            Console.Error.WriteLine(_plainError ? Plain(text) : text);
            DrawProgress();
        }
    }

    /// <summary>Shows a line of progress in place of the last; null takes it away.</summary>
    public void SetProgress(string? text)
    {
        if (!IsTerminal)
        {
            return;
        }

        lock (_gate)
        {
            EraseProgress();
            _progress = text is { Length: var length } && length >= Width ? text[..(Width - 1)] : text;
            DrawProgress();
        }
    }

    /// <summary>Ends a question that is waiting for its answer.</summary>
    public void Interrupt() => _interrupted.Cancel();

    public void Dispose()
    {
        SetProgress(null);
        _interrupted.Dispose();
    }

    private static string Plain(string text) => new StringDecorated(text).ToString(OutputRendering.PlainText);

    private void EraseProgress()
    {
        if (_progress is not null && _atLineStart)
        {
            Console.Out.Write(EraseLine);
        }
    }

    // A line that was begun belongs to whoever began it: progress waits for its end.
    private void DrawProgress()
    {
        if (_progress is not null && _atLineStart)
        {
            Console.Out.Write(_progress);
        }
    }
}
