using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;

namespace Aragora.Fleet.Shell;

/// <summary>One runspace, and the exit codes of pwsh. SIGTERM, which pwsh dies of, stops it as Ctrl+C does.</summary>
internal sealed class ShellSession : IDisposable
{
    private const int Failure = 1;
    private const int Terminated = 128 + 15;

    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private readonly object _gate = new();
    private readonly PosixSignalRegistration _onTerm;
    private Pipeline? _running;
    private bool _stopped;
    private bool _terminated;

    public ShellSession(bool interactive)
    {
        _host = new ShellHost(interactive);
        _runspace = RunspaceFactory.CreateRunspace(_host, InitialSessionState.CreateDefault2());
        _runspace.Open();
        Console.CancelKeyPress += OnCtrlC;
        _onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnTerm);
    }

    /// <summary>Imports the module; says so where it fails.</summary>
    public bool Import(string manifest)
    {
        var import = new Command("Import-Module");
        import.Parameters.Add("Name", manifest);
        import.Parameters.Add("ErrorAction", ActionPreference.Stop);
        return Invoke(import);
    }

    /// <summary>Runs the text or the file, and gives the exit code that pwsh gives.</summary>
    public int Run(ShellOptions options)
    {
        // As pwsh: Ctrl+C is 1 for -Command and 0 for -File, and $? counts for -Command only.
        var succeeded = options.File is { } file
            ? DefineFile(file, options.Arguments) is { } command && (Invoke(command) || _stopped)
            : InvokeText(options.Command!) && LastCommandSucceeded();
        return _terminated ? Terminated : _host.ExitCode ?? (succeeded ? 0 : Failure);
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= OnCtrlC;
        _onTerm.Dispose();
        _runspace.Dispose();
        _host.Screen.Dispose();
    }

    // A function of the file's name and script block: in a script file proper, 'exit' ends no more than the script.
    private Command? DefineFile(string path, IReadOnlyList<string> arguments)
    {
        var script = Parser.ParseFile(path, out _, out var errors);
        if (errors.Length > 0)
        {
            _host.UI.WriteErrorLine(new ParseException(errors).Message);
            return null;
        }

        var name = Path.GetFileName(path);
        _runspace.SessionStateProxy.InvokeProvider.Item.Set($"function:global:{name}", script.GetScriptBlock());
        var command = new Command(name);
        foreach (var argument in ScriptArguments.Parse(arguments))
        {
            command.Parameters.Add(argument);
        }

        return command;
    }

    // In the history, or the engine puts $? back to what it was before.
    private bool InvokeText(string text) => Invoke(_runspace.CreatePipeline(text, addToHistory: true));

    private bool Invoke(Command command)
    {
        var pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(command);
        return Invoke(pipeline);
    }

    private bool Invoke(Pipeline created)
    {
        using var pipeline = created;
        pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.Commands.Add("Out-Default");
        SetRunning(pipeline);
        try
        {
            pipeline.Invoke();
            return !_stopped;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (ParseException error)
        {
            _host.UI.WriteErrorLine(error.Message);
            return false;
        }
        catch (RuntimeException error)
        {
            Show(error.ErrorRecord);
            return false;
        }
        finally
        {
            SetRunning(null);
        }
    }

    // The engine formats its own errors; a pipeline that died of one is followed by another that shows it.
    private void Show(ErrorRecord error)
    {
        using var pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add("Out-Default");
        _host.WritesErrors = true;
        try
        {
            pipeline.Invoke(new[] { error });
        }
        finally
        {
            _host.WritesErrors = false;
        }
    }

    private bool LastCommandSucceeded() => _runspace.SessionStateProxy.GetVariable("?") is true;

    private void SetRunning(Pipeline? pipeline)
    {
        lock (_gate)
        {
            _running = pipeline;
        }
    }

    private void OnCtrlC(object? sender, ConsoleCancelEventArgs e) => e.Cancel = Stop();

    private void OnTerm(PosixSignalContext signal) => signal.Cancel = _terminated = Stop();

    // The first stops the pipeline; a second, while that takes its time, ends the process.
    private bool Stop()
    {
        lock (_gate)
        {
            if (_running is null || _stopped)
            {
                return false;
            }

            _stopped = true;
            _host.Screen.Interrupt();
            _running.StopAsync();
            return true;
        }
    }
}
