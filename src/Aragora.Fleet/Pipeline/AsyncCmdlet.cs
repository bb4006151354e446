using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Errors;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>
/// The base of cmdlets with asynchronous work. PowerShell is written to from the pipeline thread only, so the work runs
/// beside it and asks for everything through a <see cref="PipelineSink"/>.
/// </summary>
/// <remarks>
/// The On methods run on the pipeline thread: they read parameters, session state and script blocks. The Async methods
/// run beside it and touch none of these, since the next record overwrites them.
/// </remarks>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _disposed;

    /// <summary>
    /// True for a cmdlet that changes hosts. Ctrl+C then only raises <see cref="PipelineSink.StopRequested"/>, and
    /// neither an error nor a downstream stop ends the work before its end state.
    /// </summary>
    protected virtual bool RunsToEndState => false;

    /// <summary>Measures waits and intervals.</summary>
    protected internal virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>Whether the user only wants to know what would happen. On the pipeline thread.</summary>
    internal bool IsWhatIf => LanguagePrimitives.IsTrue(
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var bound) ? bound : GetVariableValue("WhatIfPreference"));

    /// <summary>Whether the user wants to see progress.</summary>
    internal bool ShowsProgress
    {
        get
        {
            var preference = MyInvocation.BoundParameters.TryGetValue("ProgressAction", out var bound)
                ? bound
                : GetVariableValue("ProgressPreference", ActionPreference.Continue);
            return LanguagePrimitives.TryConvertTo(preference, out ActionPreference action)
                && action == ActionPreference.Continue;
        }
    }

    /// <summary>Ends the cmdlet with a terminating error.</summary>
    /// <remarks>
    /// A change that nobody has confirmed ends the script too, as <c>throw</c> would. A script goes on after a statement
    /// that merely failed, and <c>pwsh -File</c> then exits with 0, as if the change had been made.
    /// </remarks>
    internal void Fail(Exception failure)
    {
        var error = ErrorRecordFactory.From(failure);
        if (failure is FleetException { Kind: FailureKind.ConfirmationUnavailable or FailureKind.ConfirmationDeclined })
        {
            throw new RuntimeException(failure.Message, failure, error) { WasThrownFromThrowStatement = true };
        }

        ThrowTerminatingError(error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>On the pipeline thread, before the first record.</summary>
    protected virtual void OnBegin()
    {
    }

    /// <summary>On the pipeline thread, for each record: takes over what is bound.</summary>
    protected virtual void OnRecord()
    {
    }

    /// <summary>On the pipeline thread, after the last record.</summary>
    protected virtual void OnEnd()
    {
    }

    /// <summary>Beside the pipeline thread, before the first record.</summary>
    protected virtual Task BeginAsync(PipelineSink sink, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Beside the pipeline thread, for each record.</summary>
    protected virtual Task ProcessAsync(PipelineSink sink, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Beside the pipeline thread, after the last record.</summary>
    protected virtual Task EndAsync(PipelineSink sink, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Run(OnBegin, BeginAsync);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(OnRecord, ProcessAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(OnEnd, EndAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing()
    {
        try
        {
            // Async: the continuations of whoever waits for the token must not run on the engine's stopping thread.
            _ = _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The engine disposes without waiting for this call.
        }
    }

    /// <summary>Frees what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _stop.Dispose();
        }
    }

    private void Run(Action prepare, Func<PipelineSink, CancellationToken, Task> body)
    {
        try
        {
            prepare();
        }
        catch (Exception failure) when (failure.GetType().Assembly != typeof(PSCmdlet).Assembly)
        {
            // The engine's own exceptions are its flow control and its error records: they pass as they are.
            Fail(failure);
        }

        using PipelineRun run = RunsToEndState
            ? new EndStateRun(this, _stop.Token)
            : new InterruptibleRun(this, _stop);
        run.Execute(body);
    }
}
