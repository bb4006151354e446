using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Aragora.Fleet.Tests.Hosting;

/// <summary>
/// A runspace of the real engine with the module imported by its manifest. Of the standard cmdlets it has the engine's
/// own only; <c>Stop-Upstream</c> stands in for <c>Select-Object -First</c>.
/// </summary>
internal sealed class EngineHost : IDisposable
{
    private readonly RecordingHost _host;
    private readonly Runspace _runspace;

    private EngineHost(RecordingHost host, Runspace runspace)
    {
        _host = host;
        _runspace = runspace;
    }

    /// <summary>What the user of this host has seen so far.</summary>
    public RecordingUI Screen => _host.Recorded;

    /// <summary>Opens a runspace and imports the module.</summary>
    /// <param name="interactive">Whether the host can ask; see <see cref="RecordingUI.Answer"/>.</param>
    /// <param name="cmdlets">Further cmdlets, found by their attribute.</param>
    public static EngineHost Open(bool interactive = false, params Type[] cmdlets)
    {
        var state = InitialSessionState.CreateDefault2();
        foreach (var cmdlet in cmdlets.Append(typeof(StopUpstreamCommand)))
        {
            var name = cmdlet.GetCustomAttributes(inherit: false).OfType<CmdletAttribute>().Single();
            state.Commands.Add(
                new SessionStateCmdletEntry($"{name.VerbName}-{name.NounName}", cmdlet, helpFileName: null));
        }

        var host = new RecordingHost(interactive);
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        var engine = new EngineHost(host, runspace);
        engine.Import();
        return engine;
    }

    /// <summary>Sets a variable for the scripts that follow.</summary>
    public void SetVariable(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Runs a script to its end.</summary>
    public EngineResult Run(string script) => RunAsync(script).GetAwaiter().GetResult();

    /// <summary>Runs a script whose statement-terminating errors end it, as in a try block.</summary>
    public EngineResult RunToFailure(string script) => Run($"try {{ {script} }} catch {{ throw }}");

    /// <summary>Runs a script, gives what it tells with -Verbose as it comes, and presses Ctrl+C when a signal comes.</summary>
    public async Task<EngineResult> RunAsync(string script, Task? stopWhen = null, Action<string>? onVerbose = null)
    {
        using var shell = System.Management.Automation.PowerShell.Create(_runspace);
        shell.AddScript(script);
        if (onVerbose is not null)
            shell.Streams.Verbose.DataAdded += (_, added) => onVerbose(shell.Streams.Verbose[added.Index].Message);
        var output = new PSDataCollection<PSObject>();
        Exception? exception = null;
        var running = shell.InvokeAsync<PSObject, PSObject>(input: null, output);
        try
        {
            if (stopWhen is not null)
            {
                await Task.WhenAny(stopWhen, running);
                await shell.StopAsync(callback: null, state: null);
            }

            await running;
        }
        catch (Exception end)
        {
            exception = end;
        }

        return Collect(shell, output, exception);
    }

    /// <summary>Calls a function on the pipeline thread, where a cmdlet of this runspace would.</summary>
    public T InSession<T>(Func<T> function)
    {
        T result = default!;
        SetVariable("function", new Action(() => result = function()));
        var run = Run("$function.Invoke()");
        return run.Errors.Count == 0 && run.Exception is null
            ? result
            : throw new InvalidOperationException("The function failed.", run.Exception ?? run.Errors[0].Exception);
    }

    /// <summary>Calls an action on the pipeline thread, where a cmdlet of this runspace would.</summary>
    public void InSession(Action action) => InSession(() =>
    {
        action();
        return true;
    });

    public void Dispose() => _runspace.Dispose();

    private static EngineResult Collect(
        System.Management.Automation.PowerShell shell, PSDataCollection<PSObject> output, Exception? exception) => new()
        {
            State = shell.InvocationStateInfo.State,
            Exception = exception,
            Output = [.. output],
            Errors = [.. shell.Streams.Error],
            Warnings = [.. shell.Streams.Warning.Select(record => record.Message)],
            Verbose = [.. shell.Streams.Verbose.Select(record => record.Message)],
            Debug = [.. shell.Streams.Debug.Select(record => record.Message)],
            Information = [.. shell.Streams.Information.Select(record => $"{record.MessageData}")],
            Progress = [.. shell.Streams.Progress],
        };

    private void Import()
    {
        var result = Run($"Import-Module '{RepositoryRoot.Manifest}' -ErrorAction Stop");
        if (result.Exception is not null)
        {
            throw new InvalidOperationException("The module could not be imported.", result.Exception);
        }
    }
}
