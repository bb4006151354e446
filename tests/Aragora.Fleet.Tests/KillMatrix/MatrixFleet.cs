using System.Diagnostics;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Tests.KillMatrix;

/// <summary>Four hosts, and the clients that come to them.</summary>
internal abstract class MatrixFleet : IDisposable
{
    /// <summary>The host of the second wave that can be made to fail, and that faults strike.</summary>
    public const string Victim = "i-0a1b2c3d4e5f60001";

    /// <summary>What a client finds in its environment.</summary>
    protected abstract IReadOnlyDictionary<string, string> Settings { get; }

    /// <summary>Whether one of the hosts runs from a package, which gets the version of the tag.</summary>
    protected virtual bool HasPackages => false;

    /// <summary>A deploy to its end: how long it took from when it was connected, and what it said.</summary>
    public async Task<(TimeSpan Whole, string Words)> DeployAsync(string tag)
    {
        using var client = StartDeploy(tag);
        Assert.True(await client.ReadToAsync("connected"), client.Text);
        var clock = Stopwatch.StartNew();
        Assert.True(await client.ReadToAsync("ended"), client.Text);
        return (clock.Elapsed, client.Text);
    }

    /// <summary>A deploy that is killed so long after it was connected, or that ended before; gives what it had said.</summary>
    public async Task<string> KillAsync(string tag, TimeSpan after)
    {
        using var client = StartDeploy(tag);
        Assert.True(await client.ReadToAsync("connected"), client.Text);
        await Task.Delay(after);
        await client.KillAsync();
        return client.Text;
    }

    /// <summary>Goes on (Resume), back (Restore), or only looks (Look), from a machine that knows nothing.</summary>
    /// <param name="way">Which.</param>
    /// <param name="known">The run of the round before, which is not meant.</param>
    public async Task<(FleetState State, string Text)> RecoverAsync(string way, string known)
    {
        using var client = ClientProcess.Start(Settings, "recover.ps1", way, known);
        return (new FleetState(await client.EndAsync()), client.Text);
    }

    /// <summary>Lets the service of the victim die once while it settles: its step fails there.</summary>
    public abstract Task FailAsync();

    /// <summary>Lets a host suffer when a step there enters a phase.</summary>
    public virtual Task SetAsync(SandboxFaultKind kind, string phase) =>
        throw new NotSupportedException($"{kind} strikes hosts of the sandbox.");

    /// <summary>What was set and has not struck.</summary>
    public virtual Task<IEnumerable<SandboxFault>> WaitingAsync() => Task.FromResult<IEnumerable<SandboxFault>>([]);

    /// <summary>Ends what was set.</summary>
    public abstract Task ClearAsync();

    public abstract void Dispose();

    private ClientProcess StartDeploy(string tag) =>
        ClientProcess.Start(Settings, "deploy.ps1", HasPackages ? [tag, tag[1..]] : [tag]);
}
