using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>
/// The faults that live hosts suffer from within, and those that wait for a step to enter a phase. Each concerned host has
/// a task, which ends with the fault.
/// </summary>
/// <param name="hosts">The live hosts; none in a sandbox of virtual ones.</param>
/// <param name="calls">Where a fault of calls or replies goes when its phase has come.</param>
/// <param name="clock">The clock.</param>
internal sealed class HostFaults(IReadOnlyDictionary<string, LiveHost> hosts, FaultSet calls, TimeProvider clock) : IAsyncDisposable
{
    private readonly object _gate = new();
    private readonly List<(SandboxFault Fault, CancellationTokenSource End, Task Blow, Task Work)> _active = [];

    /// <summary>What waits for its phase, or is on and so names none any more; a blow that has fallen is over.</summary>
    public IReadOnlyList<SandboxFault> All
    {
        get
        {
            lock (_gate)
            {
                return _active.Where(active => !active.Work.IsCompleted)
                    .Select(active => active.Blow.IsCompleted ? active.Fault with { Phase = null } : active.Fault).ToList();
            }
        }
    }

    /// <summary>Whether a fault is of this kind, or waits for a phase.</summary>
    public static bool Concerns(SandboxFault fault) => fault.Phase is not null || IsWithin(fault.Kind);

    /// <summary>Begins a fault, in place of one of the same kind and hosts.</summary>
    /// <exception cref="ArgumentException">The hosts are virtual, or the fault is none of a host.</exception>
    public async Task SetAsync(SandboxFault fault)
    {
        Check(fault);
        await EndAsync(active => active.Kind == fault.Kind && active.InstanceIds.ToHashSet().SetEquals(fault.InstanceIds));
        var concerned = hosts.Where(host => fault.InstanceIds.Count == 0 || fault.InstanceIds.Contains(host.Key));
        var end = new CancellationTokenSource();
        var begun = concerned.Select(host => Begin(host.Key, host.Value, fault, end.Token)).ToList();
        lock (_gate)
            _active.Add((fault, end, Task.WhenAny(begun.Select(work => work.Blow)), Task.WhenAll(begun.Select(work => work.Whole))));
        // Whoever sets a fault finds it on.
        await Task.WhenAll(begun.Select(work => work.Start));
    }

    /// <summary>Ends the faults of one kind, or all where it is null; the hosts are well again when it returns.</summary>
    public Task ClearAsync(SandboxFaultKind? kind) => EndAsync(fault => kind is null || fault.Kind == kind);

    public ValueTask DisposeAsync() => new(ClearAsync(null));

    private static bool IsWithin(SandboxFaultKind kind) => kind is SandboxFaultKind.HostReboot
        or SandboxFaultKind.ServiceKilled or SandboxFaultKind.CrashLoop or SandboxFaultKind.DiskFull;

    private static bool Lasts(SandboxFaultKind kind) => kind is SandboxFaultKind.CrashLoop or SandboxFaultKind.DiskFull;

    private static bool IsOfHosts(SandboxFaultKind kind) => IsWithin(kind) || kind is SandboxFaultKind.AgentOffline
        or SandboxFaultKind.LostReply or SandboxFaultKind.DeliveryTimeout or SandboxFaultKind.SlowHost;

    private void Check(SandboxFault fault)
    {
        if (hosts.Count == 0)
            throw new ArgumentException($"{fault.Kind}{(fault.Phase is null ? "" : " at a phase")} strikes live hosts, and these are virtual.");
        if (!IsOfHosts(fault.Kind))
            throw new ArgumentException($"{fault.Kind} strikes calls, which have no phase.");
        if (fault.Kind == SandboxFaultKind.DiskFull && !hosts.Values.All(host => host.HasDisk))
            throw new ArgumentException("DiskFull needs hosts with mounts of their own, which this machine does not give them.");
        if (fault.Phase is { } phase && phase.Trim('/').Length == 0)
            throw new ArgumentException("Phase is a phase of a step, such as install, or back/install.");
    }

    /// <summary>Start ends when the fault is on or armed, Blow when it strikes, Whole when it is over.</summary>
    private (Task Start, Task Blow, Task Whole) Begin(string id, LiveHost host, SandboxFault fault, CancellationToken end)
    {
        if (fault.Phase is not { } phase)
        {
            var blow = StrikeAsync(id, host, fault, end);
            return (blow, blow, LastAsync(host, fault, blow, end));
        }

        var armed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var struck = StrikeLaterAsync();
        return (Task.WhenAny(armed.Task, struck), struck, LastAsync(host, fault, struck, end));

        async Task StrikeLaterAsync()
        {
            await host.AwaitPhaseAsync(phase, armed.SetResult, end);
            await StrikeAsync(id, host, fault, end);
        }
    }

    private async Task StrikeAsync(string id, LiveHost host, SandboxFault fault, CancellationToken end)
    {
        if (fault.Kind == SandboxFaultKind.HostReboot)
            host.Reboot();
        else if (IsWithin(fault.Kind))
            await host.TroubleAsync(fault.Kind, isOn: true, end);
        else
            calls.Set(fault with { Phase = null, InstanceIds = [id] });
    }

    /// <summary>A lasting trouble ends with its time, or when the fault is ended.</summary>
    private async Task LastAsync(LiveHost host, SandboxFault fault, Task struck, CancellationToken end)
    {
        await struck.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!struck.IsCompletedSuccessfully || !Lasts(fault.Kind))
            return;
        await Task.Delay(fault.Delay ?? Timeout.InfiniteTimeSpan, clock, end)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.TroubleAsync(fault.Kind, isOn: false, CancellationToken.None);
    }

    private async Task EndAsync(Predicate<SandboxFault> which)
    {
        List<(SandboxFault Fault, CancellationTokenSource End, Task Blow, Task Work)> ended;
        lock (_gate)
        {
            ended = _active.FindAll(active => which(active.Fault));
            _active.RemoveAll(active => which(active.Fault));
        }

        foreach (var (_, end, _, work) in ended)
        {
            await end.CancelAsync();
            await work;
            end.Dispose();
        }
    }
}
