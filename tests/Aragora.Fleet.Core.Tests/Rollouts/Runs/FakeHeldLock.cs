using Aragora.Fleet.Failures;
using Aragora.Fleet.Locks;

namespace Aragora.Fleet.Core.Tests.Rollouts.Runs;

/// <summary>A fleet lock that is lost when the test says so.</summary>
internal sealed class FakeHeldLock : IHeldLock
{
    private readonly CancellationTokenSource _lost = new();
    private bool _isTaken;
    private bool _isHeld;

    public int Asked { get; private set; }

    /// <summary>The lock is lost at this question whether it is held; 0 for never.</summary>
    public int LostAt { get; set; }

    /// <summary>Why it cannot be taken; null where it can.</summary>
    public FleetException? Refusal { get; set; }

    public bool IsGivenBack => _isTaken ? !_isHeld : true;

    public CancellationToken Lost => _lost.Token;

    public Task<IHeldLock> TakeAsync()
    {
        if (Refusal is not null)
        {
            throw Refusal;
        }

        (_isTaken, _isHeld) = (true, true);
        return Task.FromResult<IHeldLock>(this);
    }

    public long Token(string region) => 7;

    public Task EnsureHeldAsync(CancellationToken cancellationToken) => ++Asked == LostAt || Lost.IsCancellationRequested
        ? throw new FleetException(FailureKind.LockLost, "The lock is gone.", "Look.", "production")
        : Task.CompletedTask;

    /// <summary>Somebody breaks it now.</summary>
    public void Break() => _lost.Cancel();

    public ValueTask DisposeAsync()
    {
        _isHeld = false;
        return ValueTask.CompletedTask;
    }
}
