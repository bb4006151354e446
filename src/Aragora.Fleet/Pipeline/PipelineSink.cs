using System.Management.Automation;
using System.Management.Automation.Host;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Errors;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>What a worker may ask of the pipeline. Safe from any thread.</summary>
/// <remarks>
/// Methods that end in Async return when the pipeline thread has done the thing, or throw
/// <see cref="OperationCanceledException"/> when the pipeline ended first. The others queue and return.
/// </remarks>
public sealed class PipelineSink
{
    private readonly PSCmdlet _cmdlet;
    private readonly PipelineRun _run;

    internal PipelineSink(PSCmdlet cmdlet, PipelineRun run)
    {
        _cmdlet = cmdlet;
        _run = run;
    }

    /// <summary>Cancelled by Ctrl+C: start nothing new; finish the host step under way.</summary>
    public CancellationToken StopRequested => _run.StopRequested;

    /// <summary>Writes one object to the pipeline.</summary>
    public Task EmitAsync(object value) => _run.Queue.AskAsync(() => _run.Write(() => _cmdlet.WriteObject(value)));

    /// <summary>Writes a non-terminating error; a cmdlet that changes hosts keeps it until its end state.</summary>
    public Task FailAsync(ErrorRecord error) => _run.FailAsync(error);

    /// <summary>Writes a failure as a non-terminating error.</summary>
    public Task FailAsync(FleetException failure) => FailAsync(ErrorRecordFactory.From(failure));

    /// <summary>Does something on the pipeline thread that only may be done there.</summary>
    public Task RunAsync(Action action) => _run.Queue.AskAsync(action);

    /// <summary>Finds out on the pipeline thread what only may be asked there, such as what a script block says.</summary>
    /// <param name="question">Must not throw: that would end the pipeline.</param>
    public async Task<T> AskAsync<T>(Func<T> question)
    {
        var answer = default(T)!;
        await RunAsync(() => answer = question()).ConfigureAwait(false);
        return answer;
    }

    /// <summary>Asks once, as -WhatIf, -Confirm and the cmdlet's impact demand.</summary>
    /// <returns>Whether to go on.</returns>
    /// <exception cref="FleetException">Nobody can be asked.</exception>
    public Task<bool> ConfirmAsync(string target, string action) =>
        ConfirmAsync(() => _cmdlet.ShouldProcess(target, action), $"'{action}' on {target}", target);

    /// <summary>
    /// Asks for what can hurt somebody else, whatever the cmdlet's impact: <c>-Confirm:$false</c> alone answers it.
    /// </summary>
    /// <returns>Whether to go on.</returns>
    /// <exception cref="FleetException">Nobody can be asked.</exception>
    public Task<bool> ConfirmHarmAsync(string target, string action) => ConfirmAsync(
        () => _cmdlet.ShouldProcess(target, action)
            && (_cmdlet.MyInvocation.BoundParameters.ContainsKey("Confirm")
                || _cmdlet.ShouldContinue($"{action}: {target}?", "Confirm")),
        $"'{action}' on {target}",
        target);

    /// <summary>Asks once for a whole plan: -WhatIf shows its text, a prompt shows it above the question.</summary>
    /// <returns>True to go on; false under -WhatIf.</returns>
    /// <exception cref="FleetException">Nobody can be asked, or the answer is no.</exception>
    public async Task<bool> ConfirmPlanAsync(string plan, string action, object target)
    {
        var reason = ShouldProcessReason.None;
        var confirmed = await ConfirmAsync(
            () => _cmdlet.ShouldProcess(plan, plan, action, out reason), $"'{action}'", target).ConfigureAwait(false);
        return confirmed || reason == ShouldProcessReason.WhatIf ? confirmed : throw new FleetException(
            FailureKind.ConfirmationDeclined,
            $"'{action}' was declined, so nothing was changed.",
            "Run it again and answer with yes, or leave it.",
            target);
    }

    /// <summary>Says what the user must see even when the pipeline has ended early, such as how to resume.</summary>
    public void Notice(string message) => _run.Queue.Post(() => _run.Notice(message));

    /// <summary>Writes a warning.</summary>
    public void Warning(string message) => Post(() => _cmdlet.WriteWarning(message));

    /// <summary>Writes a verbose line.</summary>
    public void Verbose(string message) => Post(() => _cmdlet.WriteVerbose(message));

    /// <summary>Writes a debug line.</summary>
    public void Debug(string message) => Post(() => _cmdlet.WriteDebug(message));

    /// <summary>Writes to the information stream.</summary>
    public void Information(string message, params string[] tags) =>
        Post(() => _cmdlet.WriteInformation(message, tags));

    /// <summary>Shows how far the work is. Records in quick succession are merged to the newest.</summary>
    public void Progress(ProgressRecord record) => _run.Progress.Report(record);

    private async Task<bool> ConfirmAsync(Func<bool> ask, string what, object target)
    {
        var confirmed = false;
        FleetException? unavailable = null;
        await _run.Queue.AskAsync(() => _run.Write(() =>
        {
            try
            {
                confirmed = ask();
            }
            catch (Exception refused) when (IsNonInteractive(refused))
            {
                unavailable = new FleetException(
                    FailureKind.ConfirmationUnavailable,
                    $"{what} needs a confirmation, and this session cannot ask for one.",
                    "Look at the plan with -WhatIf, then add -Confirm:$false.",
                    target,
                    refused);
            }
        })).ConfigureAwait(false);
        return unavailable is null ? confirmed : throw unavailable;
    }

    // The host of pwsh trips over a null where its standard input has ended, as under cron.
    private static bool IsNonInteractive(Exception exception) => exception
        is HostException or PSInvalidOperationException or NotImplementedException or NullReferenceException;

    private void Post(Action action) => _run.Queue.Post(() => _run.Write(action));
}
