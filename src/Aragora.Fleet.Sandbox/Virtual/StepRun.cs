using System.Text;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>One deploy or rollback, phase by phase, as deploy.sh and rollback.sh with lib/step.sh do them.</summary>
internal sealed class StepRun(HostState state, ComposedScript script, TimeSpan hostTime, TimeProvider clock)
{
    private readonly StepFacts _facts = new();
    private readonly string _unit = ReadModel.Unit(script);
    private bool _moved;
    private bool _wasWell;

    private bool IsDeploy => script.Operation == "deploy";

    private string Kind => IsDeploy ? "Deploy" : "Restore";

    public async Task<ScriptAnswer> RunAsync(CancellationToken lifetime)
    {
        _facts["step"] = script["P_STEP"];
        _facts.Phase("lock");
        using var held = state.Lock.Take(script["P_WHO"], $"step {script["P_STEP"]}", clock.GetUtcNow());
        if (held is null)
        {
            _facts["outcome"] = "locked";
            _facts["reason"] = $"another has the host: {state.Lock.Owner}";
            return Answer();
        }

        _facts.Phase("fence");
        if (state.Fence.Take(script) is { } barred)
        {
            (_facts["outcome"], _facts["reason"]) = barred;
            return Answer();
        }

        var began = clock.GetTimestamp();
        await ChangeOrGoBackAsync(lifetime);
        if (_facts["outcome"] is "deployed" or "restored")
            state.Took(clock.GetElapsedTime(began));

        return Answer();
    }

    private async Task ChangeOrGoBackAsync(CancellationToken lifetime)
    {
        if (await AttemptAsync(ChangeAsync, lifetime) || _facts["outcome"].Length > 0)
            return;
        var (failed, reason) = (_facts["phase"], _facts["reason"]);
        if (!_moved || script["P_REVERT"] != "1")
        {
            _facts["outcome"] = "failed";
        }
        else if (await AttemptAsync(token => MoveAsync(state.Find(_facts["from"])!, token), lifetime))
        {
            (_facts["outcome"], _facts["phase"], _facts["reason"]) = ("reverted", failed, reason);
        }
        else
        {
            _facts["outcome"] = "revert-failed";
            _facts["reason"] = $"{reason}; going back failed at {_facts["phase"]}: {_facts["reason"]}";
            _facts["phase"] = "revert";
        }

        if (_moved)
            Append(Kind, _facts["from"], _facts["to"], _facts["outcome"]);
    }

    private async Task<bool> AttemptAsync(Func<CancellationToken, Task> part, CancellationToken lifetime)
    {
        try
        {
            await part(lifetime);
            return true;
        }
        catch (AttemptFailedException e)
        {
            _facts.Failed(e.Message);
            return false;
        }
    }

    private async Task ChangeAsync(CancellationToken lifetime)
    {
        _facts["repaired"] = "0";
        var from = ReadFrom();
        var target = Target(from);
        _facts["to"] = target;
        if (!state.Records.WasMoved(script["P_DEPLOY"])
            && state.DiskId == target && state.RunningId == target && IsReady())
        {
            if (state.Ledger.Lines.Length > 0 && state.Ledger.Release != target)
                Append("Foreign", state.Ledger.Release is { Length: > 0 } known ? known : target, target, "observed");
            _facts["outcome"] = "current";
            return;
        }

        NoteForeign(from);
        var release = Fetch(from, target);
        _moved = true;
        state.Records.NoteMove(script["P_DEPLOY"]);
        await MoveAsync(release, lifetime);
        Append(Kind, from, target, IsDeploy ? "deployed" : "restored");
        _facts["outcome"] = IsDeploy ? "deployed" : "restored";
        if (!IsDeploy)
            return;
        _facts["pipcheck"] = "0 No broken requirements found.";
        // A package has none of the application's scripts.
        if (state.Mode == "git")
            (_facts["seed"], _facts["validate"]) = ("0", "0");
    }

    private string ReadFrom()
    {
        _facts.Phase("layout");
        if (_unit != HostState.Unit)
            throw Decline($"the unit {_unit} is not there (LoadState 'not-found')");
        if (script.Source != state.Mode)
            throw Decline($"the service is laid out as '{state.Mode}', not '{script.Source}'");
        _wasWell = state.Ask("/api/health")?.Status == 200;
        _facts.Phase("moved");
        var (from, moved) = state.Expect(script, IsDeploy ? script["P_TARGET"] : NamedTarget[0]);
        return moved is null ? _facts["from"] = from : throw Decline(moved);
    }

    private string Target(string from)
    {
        if (IsDeploy)
            return script["P_TARGET"];
        _facts.Phase("point");
        var named = NamedTarget[0];
        return named.Length > 0 ? named : throw Decline($"the plan names no release to go back to from {from}: ''");
    }

    private void NoteForeign(string from)
    {
        var known = state.Ledger.Release;
        if (known.Length == 0 || known == from || known == (state.RunningId ?? state.DiskId))
            return;
        Append("Foreign", known, from, "observed");
        _facts["foreign"] = $"{known}..{from}";
    }

    private Release Fetch(string from, string target)
    {
        _facts.Phase("ownership");
        _facts.Phase("fetch");
        var release = state.Find(target) ?? throw new AttemptFailedException(state.Mode == "git"
            ? $"the fetch of {target} failed with exit code 1: fatal: remote error: upload-pack: not our ref {target}"
            : $"pip cannot install aragora {target}: ERROR: No matching distribution found for aragora=={target}");
        if (state.Mode == "git")
            _facts.Phase("stash");
        else
            state.Wheels = [from, target];
        return release;
    }

    private async Task MoveAsync(Release release, CancellationToken lifetime)
    {
        if (state.Mode == "git")
            _facts.Phase("checkout");
        state.Disk = release;
        _facts.Phase("install");
        await Task.Delay(hostTime, clock, lifetime);
        _facts.Phase("import");
        if (release.Behaviour == "broken-import")
            throw new AttemptFailedException(LastWords.OfImport(state.Instance.Layout));
        _facts.Phase("configure");
        _facts.Phase("restart");
        state.Restart();
        await AwaitReadyAsync(lifetime);
        _facts.Phase("settle");
        await Task.Delay(TimeSpan.FromSeconds(script.Number("P_SETTLE_SECONDS")), clock, lifetime);
        _facts.Phase("verify");
        if (_wasWell && state.Ask("/api/health") is { Status: not 200 } impaired)
        {
            throw new AttemptFailedException(
                $"degraded, as it was not before: /api/health {impaired.Status} {Encoding.UTF8.GetString(impaired.Body)}");
        }
    }

    private async Task AwaitReadyAsync(CancellationToken lifetime)
    {
        _facts.Phase("ready");
        if (state.Running is null)
            throw new AttemptFailedException(LastWords.OfCrash(state.Instance.Layout));
        await Task.Delay(hostTime, clock, lifetime);
        if (!IsReady())
        {
            var limit = script.Number("P_READY_SECONDS");
            await Task.Delay(TimeSpan.FromSeconds(limit), clock, lifetime);
            throw new AttemptFailedException(
                $"not ready within {limit} s: unit active/running, "
                + $"/readyz 503 {Encoding.UTF8.GetString(state.Ask("/readyz")!.Body)}");
        }

        _facts["ready_ms"] = $"{(int)hostTime.TotalMilliseconds}";
    }

    private bool IsReady() => state.Ask("/readyz")?.Status == 200;

    // The release, and behind it why where the run takes its own change back.
    private string[] NamedTarget => script.LineOf("P_TARGETS", state.Instance.Id).Split(' ');

    private void Append(string kind, string from, string to, string verdict) => state.Ledger.Append(
        new LedgerLine($"{clock.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}", kind, script["P_DEPLOY"], from, to, verdict, script["P_WHO"],
        NamedTarget.ElementAtOrDefault(1) ?? ""));

    private AttemptFailedException Decline(string reason)
    {
        _facts["outcome"] = "refused";
        return new AttemptFailedException(reason);
    }

    private ScriptAnswer Answer()
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        _facts.Put(block);
        state.Report(block, _unit);
        block.Put("disk", state.DiskId);
        block.Put("running", state.RunningId ?? "");
        block.Fit("reason", _facts["reason"], 800);
        var succeeded = _facts["outcome"] is "deployed" or "restored" or "current";
        return new ScriptAnswer(succeeded ? 0 : 1, block + _facts.Log);
    }
}
