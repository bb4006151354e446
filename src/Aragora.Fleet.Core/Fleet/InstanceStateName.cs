namespace Aragora.Fleet;

/// <summary>EC2's names for the states of an instance.</summary>
public static class InstanceStateName
{
    private static readonly Dictionary<string, InstanceState> s_states = new(StringComparer.Ordinal)
    {
        ["pending"] = InstanceState.Pending,
        ["running"] = InstanceState.Running,
        ["shutting-down"] = InstanceState.ShuttingDown,
        ["terminated"] = InstanceState.Terminated,
        ["stopping"] = InstanceState.Stopping,
        ["stopped"] = InstanceState.Stopped,
    };

    /// <summary>Reads EC2's name; one that is not known is <see cref="InstanceState.Unknown"/>.</summary>
    public static InstanceState Parse(string? name) =>
        name is null ? InstanceState.Unknown : s_states.GetValueOrDefault(name);

    /// <summary>EC2's name for a state.</summary>
    public static string ToWire(InstanceState state) => s_states.First(pair => pair.Value == state).Key;
}
