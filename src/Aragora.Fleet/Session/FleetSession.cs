using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>The connection of each runspace.</summary>
internal static class FleetSession
{
    private static readonly ConditionalWeakTable<Runspace, FleetConnection> s_connections = [];

    // The open ones once more: the end of the process must not leave a sandbox running.
    private static readonly ConcurrentDictionary<FleetConnection, byte> s_open = [];

    /// <summary>The connection of this thread's runspace; null without one.</summary>
    public static FleetConnection? Current =>
        Runspace.DefaultRunspace is { } runspace && s_connections.TryGetValue(runspace, out var connection)
            ? connection
            : null;

    /// <summary>The connection of this thread's runspace.</summary>
    /// <exception cref="FleetException">There is none.</exception>
    public static FleetConnection Require() => Current ?? throw new FleetException(
        FailureKind.NotConnected,
        "This session is not connected to a fleet.",
        "Run Connect-AragoraFleet; with -Sandbox it needs no AWS account.");

    /// <summary>Makes a connection the one of this thread's runspace, and closes the one before.</summary>
    public static void Set(FleetConnection connection)
    {
        var runspace = Runspace.DefaultRunspace
            ?? throw new InvalidOperationException("A connection belongs to a runspace, and this thread has none.");
        var previous = Current;
        s_open[connection] = 0;
        s_connections.AddOrUpdate(runspace, connection);
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closed or RunspaceState.Broken)
            {
                Close(connection);
            }
        };
        Close(previous);
    }

    /// <summary>Closes the connection of this thread's runspace.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Clear()
    {
        var connection = Current;
        if (connection is null)
        {
            return false;
        }

        s_connections.Remove(Runspace.DefaultRunspace);
        Close(connection);
        return true;
    }

    /// <summary>Closes every open connection of the process.</summary>
    public static void ClearAll()
    {
        s_connections.Clear();
        foreach (var connection in s_open.Keys)
        {
            Close(connection);
        }
    }

    // Waits, since a process that ends after this must leave nothing behind.
    private static void Close(FleetConnection? connection)
    {
        if (connection is not null && s_open.TryRemove(connection, out _))
        {
            Task.Run(async () => await connection.DisposeAsync().ConfigureAwait(false)).GetAwaiter().GetResult();
        }
    }
}
