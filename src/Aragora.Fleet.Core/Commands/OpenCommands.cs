namespace Aragora.Fleet.Commands;

/// <summary>The commands of one dispatch that still wait for hosts; added by the sender, removed by the poller.</summary>
internal sealed class OpenCommands
{
    private readonly object _gate = new();
    private readonly List<SentCommand> _commands = [];
    private bool _closed;
    private bool _any;

    /// <summary>Whether anything was sent at all.</summary>
    public bool Any
    {
        get
        {
            lock (_gate)
            {
                return _any;
            }
        }
    }

    /// <summary>Whether nothing is open and nothing will be added.</summary>
    public bool IsDone
    {
        get
        {
            lock (_gate)
            {
                return _closed && _commands.Count == 0;
            }
        }
    }

    public void Add(SentCommand command)
    {
        lock (_gate)
        {
            _any = true;
            _commands.Add(command);
        }
    }

    public void Remove(SentCommand command)
    {
        lock (_gate)
        {
            _commands.Remove(command);
        }
    }

    public void CloseForAdding()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    public SentCommand[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _commands];
        }
    }
}
