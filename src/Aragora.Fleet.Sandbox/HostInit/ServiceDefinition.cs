using System.Globalization;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>What a service unit says, read once and kept until daemon-reload.</summary>
internal sealed class ServiceDefinition(string name, UnitFile file)
{
    private const string Service = "Service";

    public string Name { get; } = name;

    public UnitFile File { get; } = file;

    public bool IsTransient => File.FragmentPath.Length == 0;

    public string Description => File.Value("Unit", "Description") ?? Name;

    public string[] ExecStart =>
        File.Command ?? UnitFile.SplitWords(File.Value(Service, "ExecStart") ?? "");

    public bool IsOneShot => File.Value(Service, "Type") == "oneshot";

    public string WorkingDirectory => File.Value(Service, "WorkingDirectory") ?? "";

    public string User => File.Value(Service, "User") ?? "";

    public string Group => File.Value(Service, "Group") ?? "";

    public string Restart => File.Value(Service, "Restart") ?? "no";

    public TimeSpan RestartDelay => Seconds(Service, "RestartSec", 0.1);

    public TimeSpan StopTimeout => Seconds(Service, "TimeoutStopSec", 90);

    /// <summary>Only [Unit] counts: in [Service], where the application has it, systemd ignores it.</summary>
    public TimeSpan StartLimitInterval => Seconds("Unit", "StartLimitIntervalSec", 10);

    public int StartLimitBurst => int.Parse(File.Value("Unit", "StartLimitBurst") ?? "5");

    public IEnumerable<string> Environment =>
        File.Values(Service, "Environment").SelectMany(UnitFile.SplitWords).Concat(File.SetEnvironment);

    /// <summary>Environment files; a leading minus means that one may be missing.</summary>
    public IEnumerable<(string Path, bool IgnoreErrors)> EnvironmentFiles =>
        File.Values(Service, "EnvironmentFile").Select(value => (value.TrimStart('-'), value.StartsWith('-')));

    /// <summary>The environment of the process; files override assignments.</summary>
    public Dictionary<string, string> BuildEnvironment(IReadOnlyDictionary<string, string> host)
    {
        var environment = new Dictionary<string, string>(host);
        if (User.Length > 0)
            (environment["USER"], environment["LOGNAME"]) = (User, User);
        foreach (var assignment in Environment)
            Assign(environment, assignment);
        foreach (var (path, ignoreErrors) in EnvironmentFiles)
        {
            if (ignoreErrors && !System.IO.File.Exists(path))
                continue;
            foreach (var line in System.IO.File.ReadLines(path).Where(line => !line.StartsWith('#')))
                Assign(environment, line.Replace("\"", ""));
        }

        return environment;
    }

    private static void Assign(Dictionary<string, string> environment, string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0)
            environment[assignment[..equals]] = assignment[(equals + 1)..];
    }

    private TimeSpan Seconds(string section, string key, double absent)
    {
        var text = File.Value(section, key)?.TrimEnd('s');
        return TimeSpan.FromSeconds(
            double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? seconds : absent);
    }
}
