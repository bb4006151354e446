using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>
/// The accepted commands of one region, for as long as the service keeps them, and the newest 1,000 at most: a command
/// for 50 hosts takes some hundred kilobytes. One that is under way is kept, and those after it.
/// </summary>
internal sealed class CommandHistory(TimeProvider clock)
{
    private const int MostKept = 1_000;

    private static readonly TimeSpan s_memory = TimeSpan.FromDays(30);

    /// <summary>For so long after the send no invocation is to be seen: eventual consistency.</summary>
    private static readonly TimeSpan s_blindness = TimeSpan.FromMilliseconds(150);

    private readonly object _gate = new();
    private readonly Queue<RunCommand> _commands = new();
    private readonly Dictionary<string, RunCommand> _byId = new(StringComparer.Ordinal);

    public void Add(RunCommand command)
    {
        lock (_gate)
        {
            _commands.Enqueue(command);
            _byId.Add(command.Id, command);
            Forget();
        }
    }

    /// <summary>All commands, newest first.</summary>
    public IEnumerable<RunCommand> All()
    {
        lock (_gate)
        {
            Forget();
            var commands = _commands.Where(IsKnown).ToArray();
            Array.Reverse(commands);
            return commands;
        }
    }

    public RunCommand? Find(string commandId)
    {
        lock (_gate)
        {
            Forget();
            return _byId.GetValueOrDefault(commandId) is { } command && IsKnown(command) ? command : null;
        }
    }

    public RunCommand Require(string commandId) => Find(commandId) ?? throw new AwsException(
        "InvalidCommandId", $"The command ID {commandId} is not valid.");

    /// <summary>Whether the invocations of a command are to be seen yet.</summary>
    public bool Shows(RunCommand command) => clock.GetUtcNow() - command.RequestedAt >= s_blindness;

    private bool IsKnown(RunCommand command) => clock.GetUtcNow() - command.RequestedAt >= command.HiddenFor;

    private void Forget()
    {
        var oldest = clock.GetUtcNow() - s_memory;
        while (_commands.TryPeek(out var command)
            && (command.RequestedAt < oldest || (_commands.Count > MostKept && command.Count().IsComplete)))
        {
            _byId.Remove(_commands.Dequeue().Id);
        }
    }
}
