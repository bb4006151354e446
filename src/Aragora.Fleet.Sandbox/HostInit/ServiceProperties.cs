namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The properties of <c>systemctl show</c>, in systemd's own spelling.</summary>
internal static class ServiceProperties
{
    public static string Show(string unit, Service? service, string? wanted)
    {
        var names = wanted?.Split(',', StringSplitOptions.RemoveEmptyEntries);
        var lines = (service is null ? OfMissing(unit) : Of(service))
            .Where(property => names is null || names.Contains(property.Name))
            .Select(property => $"{property.Name}={property.Value}\n");
        return string.Concat(lines);
    }

    private static IEnumerable<(string Name, string Value)> OfMissing(string unit) =>
    [
        ("Id", unit), ("LoadState", "not-found"), ("ActiveState", "inactive"), ("SubState", "dead"),
        ("Result", "success"), ("MainPID", "0"), ("NRestarts", "0"), ("ExecMainStatus", "0"),
        ("ExecMainStartTimestampMonotonic", "0"), ("ActiveEnterTimestamp", ""), ("FragmentPath", ""),
        ("DropInPaths", ""), ("WorkingDirectory", ""), ("User", ""), ("Group", ""), ("Environment", ""),
    ];

    private static IEnumerable<(string Name, string Value)> Of(Service service)
    {
        var (definition, status) = (service.Definition, service.Status);
        return
        [
            ("Id", definition.Name),
            ("Description", definition.Description),
            ("LoadState", "loaded"),
            ("ActiveState", status.Active),
            ("SubState", status.Sub),
            ("Result", status.Result),
            ("MainPID", $"{status.MainPid}"),
            ("NRestarts", $"{status.Restarts}"),
            ("ExecMainStatus", $"{status.ExecMainStatus}"),
            ("ExecMainStartTimestampMonotonic", $"{status.StartedMicroseconds}"),
            ("ActiveEnterTimestamp", Timestamp(status.ActiveSince)),
            ("FragmentPath", definition.File.FragmentPath),
            ("DropInPaths", string.Join(' ', definition.File.DropInPaths)),
            ("WorkingDirectory", definition.WorkingDirectory),
            ("User", definition.User),
            ("Group", definition.Group),
            ("ExecStart", ExecStart(definition.ExecStart)),
            ("Environment", string.Join(' ', definition.Environment)),
            .. definition.EnvironmentFiles.Select(file =>
                ("EnvironmentFiles", $"{file.Path} (ignore_errors={(file.IgnoreErrors ? "yes" : "no")})")),
        ];
    }

    public static string Timestamp(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("ddd yyyy-MM-dd HH:mm:ss 'UTC'") ?? "";

    private static string ExecStart(string[] words) =>
        $"{{ path={words.FirstOrDefault()} ; argv[]={string.Join(' ', words)} ; ignore_errors=no ; "
        + "start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }";
}
