namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Plays systemd-run for transient services.</summary>
internal sealed class SystemdRun(ServiceManager services)
{
    public async Task<CommandReply> RunAsync(string[] arguments)
    {
        var entries = new List<(string Section, string Key, string Value)>();
        var environment = new List<string>();
        var unit = $"run-r{Guid.NewGuid():N}";
        var index = 0;
        for (; index < arguments.Length && arguments[index].StartsWith('-'); index++)
        {
            if (arguments[index] == "--")
            {
                index++;
                break;
            }

            var (option, value) = Split(arguments[index]);
            if (option is "-p" or "-E")
                value = ++index < arguments.Length ? arguments[index] : "";
            switch (option)
            {
                case "--unit":
                    unit = value;
                    break;
                case "--description":
                    entries.Add(("Unit", "Description", value));
                    break;
                case "--property" or "-p":
                    var (key, setting) = Split(value);
                    entries.Add(("Service", key, setting));
                    break;
                case "--setenv" or "-E":
                    environment.Add(value);
                    break;
                default:
                    return CommandReply.Error(1, $"The sandbox's systemd-run does not take {option}.");
            }
        }

        if (index >= arguments.Length)
            return CommandReply.Error(1, "Command line to execute required.");
        var file = UnitFile.Transient(entries, arguments[index..], environment);
        return await StartAsync(ServiceManager.FullName(unit), file);
    }

    private async Task<CommandReply> StartAsync(string unit, UnitFile file)
    {
        if (services.AddTransient(unit, file) is not { } service)
            return CommandReply.Error(1, $"Failed to start transient service unit: Unit {unit} already exists.");
        return await service.StartAsync()
            ? new CommandReply(0, $"Running as unit: {unit}\n", IsError: true)
            : CommandReply.Error(1, $"Job for {unit} failed.");
    }

    private static (string Name, string Value) Split(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word, "") : (word[..equals], word[(equals + 1)..]);
    }
}
