using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.Journal;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>
/// What is known of every host of a run, and what has been told of it: each host gets exactly one result, when its end
/// state is final.
/// </summary>
internal sealed class RunBook
{
    private readonly ChangePlan _plan;
    private readonly IRunJournal _journal;
    private readonly Action<DeployResult> _emit;
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly List<TouchedHost> _standing;
    private readonly List<TouchedHost> _broken = [];
    private readonly List<HostFailure> _failures = [];
    private readonly List<HostPlan> _unreachable = [];
    private readonly List<DeployResult> _results = [];

    public RunBook(ChangePlan plan, IRunJournal journal, Action<DeployResult> emit)
    {
        (_plan, _journal, _emit) = (plan, journal, emit);
        _standing = [.. plan.Hosts.Where(host => host.IsDone).Select(host => new TouchedHost(host, 0, null))];
        _touched.UnionWith(_standing.Select(host => host.Id));
    }

    /// <summary>The hosts at the target, and well as far as the run has looked.</summary>
    public IReadOnlyList<TouchedHost> Standing => _standing;

    /// <summary>The hosts that failed and are not known to be back.</summary>
    public IReadOnlyList<TouchedHost> Broken => _broken;

    /// <summary>The hosts that an earlier attempt has moved and whose turn did not come in this one.</summary>
    public IEnumerable<TouchedHost> LeftOver => _plan.Waves.SelectMany(wave => wave)
        .Where(host => host.WasMoved && !IsTold(host) && !_touched.Contains(host.InstanceId))
        .Select(host => new TouchedHost(host, 0, null));

    /// <summary>Every host that the run has changed, or tried to.</summary>
    public IReadOnlySet<string> Touched => _touched;

    /// <summary>The hosts that failed, in the order in which they did.</summary>
    public IReadOnlyList<HostFailure> Failures => _failures;

    /// <summary>The hosts that were not reached, and so are as they were.</summary>
    public IReadOnlyList<HostPlan> Unreachable => _unreachable;

    /// <summary>What was told so far.</summary>
    public IReadOnlyList<DeployResult> Results => _results;

    /// <summary>Whether a host has seen a later holder of the fleet lock than this run.</summary>
    public bool WasFenced { get; private set; }

    /// <summary>Whether more went wrong than the plan allows.</summary>
    public bool IsBeyondBudget =>
        _failures.Count > _plan.Gates.MaxFailure.AtMost(_plan.Hosts.Count) ||
        _unreachable.Count > _plan.Gates.MaxUnreachable.AtMost(_plan.Hosts.Count);

    /// <summary>Whether the host has its result.</summary>
    public bool IsTold(HostPlan host) => _told.Contains(host.Target.InstanceId);

    /// <summary>Tells a host's end state.</summary>
    public void Tell(DeployResult result)
    {
        if (!_told.Add(result.InstanceId))
        {
            throw new InvalidOperationException($"{result.InstanceId} has its result already.");
        }

        _standing.RemoveAll(host => host.Id == result.InstanceId);
        _broken.RemoveAll(host => host.Id == result.InstanceId);
        _results.Add(result);
        _journal.Add(
            "result",
            ("host", result.InstanceId), ("outcome", result.Outcome.ToString()), ("wave", result.Wave), ("from", result.From),
            ("to", result.To), ("running", result.RunningCommit), ("phase", result.Phase), ("reason", result.Reason),
            ("command", result.CommandId));
        _emit(result);
    }

    /// <summary>Takes over how a host's step ended.</summary>
    public void Take(HostStep step, int wave)
    {
        var host = new TouchedHost(step.Host, wave, step);
        WasFenced |= step.Outcome == "fenced";
        if (step.Outcome == "not-reached" && step.Untouched)
        {
            _unreachable.Add(step.Host);
        }
        else if (!step.Succeeded)
        {
            _failures.Add(new HostFailure(step.Host, StepResult.Headline(step))
            {
                Untouched = step.Untouched,
                WasCutShort = step.Outcome == "unknown",
            });
        }

        if (step.Succeeded && !step.HadNothingToDo)
        {
            Add(_standing, host);
        }
        else if (step.IsOpen)
        {
            Add(_broken, host);
        }
        else
        {
            Tell(StepResult.Of(_plan, step, wave, StepResult.Outcome(_plan, step)));
        }
    }

    /// <summary>Counts a host that was not reached before it was touched, and tells it.</summary>
    public void LeaveOut(HostPlan host, string? reason)
    {
        _unreachable.Add(host);
        Tell(StepResult.Of(_plan, host, DeployOutcome.NotReached) with { Reason = reason });
    }

    /// <summary>Counts a host as failed after it was done.</summary>
    public void Fail(HostFault fault)
    {
        var host = _standing.Find(host => host.Plan.Target == fault.Host);
        if (host is null)
        {
            return;
        }

        _standing.Remove(host);
        _broken.Add(host with { Fault = fault });
        _failures.Add(new HostFailure(host.Plan, $"{fault.Phase}: {fault.Reason}".TrimEnd('.'), fault.Kind));
        _journal.Add("fault", ("host", host.Id), ("phase", fault.Phase), ("reason", fault.Reason));
    }

    /// <summary>Tells of the hosts that were touched how they are, since nothing will change that any more.</summary>
    public void TellTouched()
    {
        foreach (var host in _standing.Concat(_broken).ToList())
        {
            Tell(AsItIs(host));
        }
    }

    /// <summary>
    /// Tells that hosts were done when the run lost the fleet lock: since then another may have changed them, and nobody has
    /// looked.
    /// </summary>
    public void TellNotKnown()
    {
        foreach (var host in _standing.ToList())
        {
            Tell(AsItIs(host) with
            {
                Outcome = DeployOutcome.Unknown,
                RunningCommit = null,
                Reason = "It was verified at the target before the fleet lock was lost; another may have changed it since.",
            });
        }
    }

    /// <summary>Tells of every host that has no result yet how it is: at the target, failed, or as it was.</summary>
    public void TellRest()
    {
        TellTouched();

        foreach (var host in _plan.Waves.SelectMany(wave => wave).Where(host => !IsTold(host)))
        {
            Tell(StepResult.Of(_plan, host, DeployOutcome.NotStarted));
        }
    }

    private DeployResult AsItIs(TouchedHost host)
    {
        var result = host.Step is { } step
            ? StepResult.Of(_plan, step, host.Wave, StepResult.Outcome(_plan, step))
            : StepResult.OfDone(_plan, host.Plan);
        return host.Fault is { } fault
            ? result with { Outcome = DeployOutcome.Failed, Phase = fault.Phase, Reason = fault.Reason }
            : result;
    }

    private void Add(List<TouchedHost> hosts, TouchedHost host)
    {
        _touched.Add(host.Id);
        hosts.Add(host);
    }
}
