using System.Text;
using Aragora.Fleet.Sandbox.Ec2;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>
/// A host that answers from a model of the module's scripts. It runs nothing, costs some hundred bytes, and has neither
/// a thread nor a timer while it is idle.
/// </summary>
internal sealed class VirtualHost : IScriptHost, IMachine
{
    private const int Killed = 137;
    private const int Malformed = 2;
    private const int MaxStream = 24_000;
    private const string CutMark = "--output truncated--";

    private readonly HostState _state;
    private readonly RunModel _runs;
    private readonly HostTimes _times;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _lifetime;
    private readonly object _gate = new();
    private readonly Dictionary<string, int> _arrivals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _executions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CancellationTokenSource> _underWay = new(StringComparer.Ordinal);
    private int _turn;

    /// <param name="instance">Who it is.</param>
    /// <param name="times">How long it takes.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="lifetime">Ends what a step does, which no command may end.</param>
    public VirtualHost(SimulatedInstance instance, HostTimes times, TimeProvider clock, CancellationToken lifetime)
    {
        (_times, _clock, _lifetime) = (times, clock, lifetime);
        _state = new HostState(instance);
        _runs = new RunModel(_state);
    }

    public bool IsConnected => true;

    /// <summary>A model is up again at once.</summary>
    public bool IsRebooting => false;

    /// <summary>How often each step, by its step id, and each text, by its run id, came here, run or not.</summary>
    public IReadOnlyDictionary<string, int> Arrivals
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_arrivals);
        }
    }

    /// <summary>How often each step, by its step id, and each text, by its run id, was really run here.</summary>
    public IReadOnlyDictionary<string, int> Executions
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, int>(_executions);
        }
    }

    /// <summary>How many scripts this host was given, whatever became of them.</summary>
    public int ScriptCount => Volatile.Read(ref _turn);

    public void Reboot() => _state.Reboot();

    public Task TakeUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<ScriptOutcome> RunAsync(ScriptOrder order, CancellationToken cancellationToken)
    {
        var started = _clock.GetUtcNow();
        var hostTime = _times.Of(_state.Instance.Ordinal, Interlocked.Increment(ref _turn));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var limit = new CancellationTokenSource(order.ExecutionTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel.Token, limit.Token);
        lock (_gate)
            _underWay[order.CommandId] = cancel;
        try
        {
            var answer = await AnswerAsync(ComposedScript.Read(order.Script), order.Script, hostTime, either.Token);
            return Outcome(answer, started);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ScriptOutcome(Killed, cancel.IsCancellationRequested, started, _clock.GetUtcNow(), "", "");
        }
        catch (FormatException e)
        {
            return Outcome(new ScriptAnswer(Malformed, "", $"bash: {e.Message}\n"), started);
        }
        finally
        {
            lock (_gate)
                _underWay.Remove(order.CommandId);
        }
    }

    public Task CancelAsync(string commandId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // Under the lock: outside it the script could end, and free the source, in between.
            if (_underWay.TryGetValue(commandId, out var running))
                _ = running.CancelAsync();
        }

        return Task.CompletedTask;
    }

    private async Task<ScriptAnswer> AnswerAsync(
        ComposedScript script, string text, TimeSpan hostTime, CancellationToken cancellationToken)
    {
        if (script.Operation is "deploy" or "rollback")
        {
            Count(_arrivals, script["P_STEP"]);
            return await StepAsync(script, hostTime).WaitAsync(cancellationToken);
        }

        // Before anything is waited for: a text came though its command may be cancelled meanwhile.
        if (script.Operation == "run")
            Count(_arrivals, script["P_RUN"]);
        await Task.Delay(hostTime, _clock, cancellationToken);
        return script.Operation switch
        {
            "probe" => ReadModel.Probe(_state, script, hostTime),
            "ref" => ReadModel.Ref(_state, script),
            "package" => ReadModel.Package(_state, script),
            "pulse" => PulseModel.Answer(_state, script),
            "claim" => ClaimModel.Claim(_state, script, _clock.GetUtcNow()),
            "accept" => AcceptModel.Accept(_state, script, _clock.GetUtcNow()),
            "drift" => DriftModel.Drift(_state, script),
            "items" => DriftModel.Items(_state, script),
            "survey" => PlanModel.Survey(_state, script),
            "compare" => PlanModel.Compare(_state, script),
            "history" => await new HistoryModel(_state).AnswerAsync(script, _clock, cancellationToken),
            "run" => _runs.Run(script, () => Count(_executions, script["P_RUN"])),
            "fetch" => _runs.Fetch(script),
            "" => new ToyShell(_state.Instance.Name).Run(text),
            var unknown => ScriptAnswer.Refused(
                new BlockWriter(unknown, _state.Instance.Name), $"virtual hosts do not model the operation {unknown}"),
        };
    }

    /// <summary>The outcome of a step; a step id that the host knows is never run again.</summary>
    private Task<ScriptAnswer> StepAsync(ComposedScript script, TimeSpan hostTime)
    {
        var id = script["P_STEP"];
        return _state.Steps.Once(id, () =>
        {
            Count(_executions, id);
            return Task.Run(() => new StepRun(_state, script, hostTime, _clock).RunAsync(_lifetime));
        });
    }

    private void Count(Dictionary<string, int> counts, string id)
    {
        lock (_gate)
            counts[id] = counts.GetValueOrDefault(id) + 1;
    }

    private ScriptOutcome Outcome(ScriptAnswer answer, DateTimeOffset started)
    {
        var note = answer.ExitCode is 0 or Killed ? "" : $"failed to run commands: exit status {answer.ExitCode}";
        return new ScriptOutcome(
            answer.ExitCode, WasCancelled: false, started, _clock.GetUtcNow(),
            Cut(answer.Stdout), Cut(answer.Stderr + note));
    }

    /// <summary>At 24,000 bytes the agent keeps 23,980 and its marker.</summary>
    private static string Cut(string stream)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        return bytes.Length < MaxStream
            ? stream
            : Encoding.UTF8.GetString(bytes, 0, MaxStream - CutMark.Length) + CutMark;
    }
}
