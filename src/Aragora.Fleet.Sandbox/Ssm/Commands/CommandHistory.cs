using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>All accepted commands, newest first.</summary>
internal sealed class CommandHistory(TimeProvider clock)
{
    /// <summary>For so long after the send no invocation is to be seen: eventual consistency.</summary>
    private static readonly TimeSpan s_blindness = TimeSpan.FromMilliseconds(150);

    private readonly object _gate = new();
    private readonly List<RunCommand> _commands = [];

    public void Add(RunCommand command)
    {
        lock (_gate)
            _commands.Insert(0, command);
    }

    public IReadOnlyList<RunCommand> All()
    {
        lock (_gate)
            return [.. _commands];
    }

    public RunCommand? Find(string commandId) => All().FirstOrDefault(command => command.Id == commandId);

    public IReadOnlyList<Invocation> VisibleInvocations(RunCommand command) =>
        clock.GetUtcNow() - command.RequestedAt < s_blindness ? [] : command.Invocations;

    public RunCommand Require(string commandId) => Find(commandId) ?? throw new AwsException(
        "InvalidCommandId", $"The command ID {commandId} is not valid.");
}
