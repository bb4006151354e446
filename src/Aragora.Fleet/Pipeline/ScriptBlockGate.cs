using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Rollouts;
using Aragora.Fleet.Rollouts.Gates;

namespace Aragora.Fleet.PowerShell.Pipeline;

/// <summary>
/// A gate of the user's own: a script block that gets the result so far of each host that is done, as <c>$_</c> and as its
/// first argument. <c>$false</c> among its output or an error vetoes the host; nothing else does. An error is none of those
/// that a script goes on after: a gate that could not look has nothing to say for a host.
/// </summary>
internal sealed class ScriptBlockGate(ScriptBlock script, PipelineSink sink, SessionState session) : IDeployGate
{
    private const string GlobalPreference = "global:ErrorActionPreference";

    public string Name => "gate";

    public async Task<GateFinding> CheckAsync(GateContext context, CancellationToken cancellationToken)
    {
        var faults = new List<HostFault>();
        foreach (var (host, result) in context.Hosts.Zip(context.Results))
        {
            if (await sink.AskAsync(() => WhyVetoed(result)).ConfigureAwait(false) is { } reason)
            {
                faults.Add(new HostFault(host.Target, FailureKind.GateVetoed, Name, reason));
            }
        }

        return GateFinding.Fail(faults);
    }

    // On the pipeline thread.
    private string? WhyVetoed(DeployResult result)
    {
        // A function of a module knows the global preference only.
        var preference = session.PSVariable.GetValue(GlobalPreference);
        try
        {
            session.PSVariable.Set(GlobalPreference, ActionPreference.Stop);
            List<PSVariable> variables = [new("_", result), new("ErrorActionPreference", ActionPreference.Stop)];
            var output = script.InvokeWithContext(null, variables, result);
            return output.Any(value => value?.BaseObject is false) ? $"the gate {{{script.ToString().Trim()}}} said $false" : null;
        }
        catch (PipelineStoppedException)
        {
            // Ctrl+C: the run ends by that, and the host was not judged.
            return null;
        }
        catch (FlowControlException)
        {
            return $"the gate {{{script.ToString().Trim()}}} left by exit, break or continue, which answer nothing";
        }
        catch (Exception veto)
        {
            return veto is RuntimeException { ErrorRecord: { } error } ? error.ToString() : veto.Message;
        }
        finally
        {
            session.PSVariable.Set(GlobalPreference, preference);
        }
    }
}
