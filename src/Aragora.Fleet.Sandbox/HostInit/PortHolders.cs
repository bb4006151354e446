using System.Globalization;
using System.Text;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Which of the host's processes listen on which TCP port: what fuser and ss ask.</summary>
internal sealed class PortHolders(Func<IReadOnlyCollection<int>> hostProcesses)
{
    private const string Listening = "0A";

    private static readonly string[] s_tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>fuser [-k] PORT/tcp…: prints the processes that hold a port, and kills them if told to.</summary>
    public CommandReply Fuser(string[] arguments)
    {
        var ports = arguments
            .Where(word => word.EndsWith("/tcp", StringComparison.Ordinal))
            .Select(word => int.TryParse(word[..^"/tcp".Length], out var port) ? port : 0);
        var holders = Find().Where(holder => ports.Contains(holder.Port)).ToList();
        if (arguments.Contains("-k"))
        {
            foreach (var holder in holders)
                Native.Signal(holder.ProcessId, Native.SigKill);
        }

        var text = string.Concat(holders.Select(holder => $" {holder.ProcessId}"));
        return CommandReply.Output(text, holders.Count > 0 ? 0 : 1);
    }

    /// <summary>ss: the listening sockets, whatever the options.</summary>
    public CommandReply Ss()
    {
        var text = new StringBuilder("State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n");
        foreach (var (port, processId, name) in Find())
            text.Append($"LISTEN 0      512          *:{port,-8} *:*    users:((\"{name}\",pid={processId}))\n");
        return CommandReply.Output(text.ToString());
    }

    private List<(int Port, int ProcessId, string Name)> Find()
    {
        var ports = ListeningInodes();
        var holders = new List<(int Port, int ProcessId, string Name)>();
        foreach (var processId in hostProcesses())
        {
            foreach (var inode in SocketInodes(processId))
            {
                if (ports.TryGetValue(inode, out var port) && port != HostIdentity.InitPort)
                    holders.Add((port, processId, File.ReadAllText($"/proc/{processId}/comm").TrimEnd()));
            }
        }

        return [.. holders.Distinct().Order()];
    }

    private static Dictionary<string, int> ListeningInodes()
    {
        var ports = new Dictionary<string, int>();
        foreach (var line in s_tables.Where(File.Exists).SelectMany(File.ReadLines))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening)
                ports[fields[9]] = int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber);
        }

        return ports;
    }

    private static IEnumerable<string> SocketInodes(int processId)
    {
        const string Prefix = "socket:[";
        string[] descriptors;
        try
        {
            descriptors = Directory.GetFiles($"/proc/{processId}/fd");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return descriptors
            .Select(path => new FileInfo(path).LinkTarget ?? "")
            .Where(target => target.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(target => target[Prefix.Length..^1]);
    }
}
