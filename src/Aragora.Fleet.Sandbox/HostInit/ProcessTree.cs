namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The processes of a host.</summary>
internal static class ProcessTree
{
    /// <summary>All that can be seen, which is a host that has process ids of its own.</summary>
    public static IReadOnlyCollection<int> Visible() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0),
    ];

    /// <summary>The processes that descend from this one, which adopts every orphan of theirs.</summary>
    public static IReadOnlyCollection<int> Descendants()
    {
        var parents = Visible()
            .Select(id => (Id: id, Parent: ParentOf(id)))
            .ToLookup(process => process.Parent, process => process.Id);
        var found = new List<int>();
        var open = new Queue<int>(parents[Environment.ProcessId]);
        while (open.TryDequeue(out var id))
        {
            found.Add(id);
            foreach (var child in parents[id])
                open.Enqueue(child);
        }

        return found;
    }

    /// <summary>Kills until nothing is left: a child may be born while its parent dies.</summary>
    public static void KillDescendants()
    {
        while (Descendants().Where(IsAlive).ToList() is { Count: > 0 } alive)
        {
            foreach (var id in alive)
                Native.Signal(id, Native.SigKill);
        }
    }

    private static int ParentOf(int id) => Stat(id) is [_, var parent, ..] ? int.Parse(parent) : 0;

    private static bool IsAlive(int id) => Stat(id) is [not ("Z" or "X"), ..];

    /// <summary>The fields of /proc/PID/stat from the state on; none when the process is gone.</summary>
    private static string[] Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
