using System.Text;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Plays systemctl.</summary>
internal sealed class Systemctl(ServiceManager services, Journal journal, Func<Task> reboot)
{
    private const int NotActive = 3;
    private const int NoSuchUnit = 4;
    private const int NotLoaded = 5;

    public async Task<CommandReply> RunAsync(string[] arguments)
    {
        var joined = JoinValues(arguments).ToLookup(word => word.StartsWith('-'));
        var (options, words) = (joined[true].ToList(), joined[false].ToList());
        if (words.Count == 0)
            return CommandReply.Error(1, "The sandbox's systemctl needs a command.");

        var (verb, units) = (words[0], words.Skip(1).Select(ServiceManager.FullName).ToList());
        switch (verb)
        {
            case "daemon-reload":
                services.Reload();
                return CommandReply.Output("");
            case "reset-failed" when units.Count == 0:
                services.ResetFailed();
                return CommandReply.Output("");
            case "reboot":
                await reboot();
                return CommandReply.Output("");
        }

        if (units.Count == 0)
            return CommandReply.Error(1, "Too few arguments.");
        var output = new StringBuilder();
        var exitCode = 0;
        foreach (var unit in units)
        {
            var reply = await RunAsync(verb, unit, options);
            if (reply.IsError)
                return reply;
            output.Append(reply.Text);
            exitCode = Math.Max(exitCode, reply.ExitCode);
        }

        return CommandReply.Output(output.ToString(), exitCode);
    }

    /// <summary>Makes <c>-p A</c> and the like one word: <c>--property=A</c>.</summary>
    private static IEnumerable<string> JoinValues(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var name = arguments[i] switch
            {
                "-p" or "--property" => "--property",
                "-s" or "--signal" => "--signal",
                "-n" or "--lines" => "--lines",
                _ => null,
            };
            yield return name is null || i + 1 == arguments.Length ? arguments[i] : $"{name}={arguments[++i]}";
        }
    }

    private async Task<CommandReply> RunAsync(string verb, string unit, List<string> options)
    {
        var service = services.Find(unit);
        var quiet = options.Contains("--quiet") || options.Contains("-q");
        switch (verb)
        {
            case "show":
                return CommandReply.Output(ServiceProperties.Show(unit, service, Property(options)));
            case "is-active":
                return Answer(service?.Status.Active ?? "inactive", service?.Status.Active == "active", quiet);
            case "is-failed":
                return Answer(service?.Status.Active ?? "inactive", service?.Status.Active == "failed", quiet);
        }

        if (service is null)
            return Missing(verb, unit);
        switch (verb)
        {
            case "start":
                return await StartAsync(service);
            case "restart":
                await service.StopAsync();
                return await StartAsync(service);
            case "stop":
                await service.StopAsync();
                return CommandReply.Output("");
            case "kill":
                service.Kill(Signal(options));
                return CommandReply.Output("");
            case "reset-failed":
                service.ResetFailed();
                return CommandReply.Output("");
            case "status":
                return StatusText.Of(service, journal, NotActive);
            case "cat":
                return CommandReply.Output(Cat(service.Definition.File));
            default:
                return CommandReply.Error(1, $"Unknown command verb {verb}.");
        }
    }

    private static async Task<CommandReply> StartAsync(Service service)
    {
        if (await service.StartAsync())
            return CommandReply.Output("");
        var name = service.Definition.Name;
        return CommandReply.Error(1, service.Status.Result == "start-limit-hit"
            ? $"Job for {name} failed because start of the service was attempted too often."
            : $"Job for {name} failed because the control process exited with error code.");
    }

    private static CommandReply Missing(string verb, string unit) => verb switch
    {
        "status" => CommandReply.Error(NoSuchUnit, $"Unit {unit} could not be found."),
        "cat" => CommandReply.Error(1, $"No files found for {unit}."),
        _ => CommandReply.Error(NotLoaded, $"Failed to {verb} {unit}: Unit {unit} not found."),
    };

    private static CommandReply Answer(string state, bool isTrue, bool quiet) =>
        CommandReply.Output(quiet ? "" : state + "\n", isTrue ? 0 : NotActive);

    private static string? Property(List<string> options)
    {
        var values = options
            .Where(option => option.StartsWith("--property=", StringComparison.Ordinal))
            .Select(option => option["--property=".Length..])
            .ToList();
        return values.Count == 0 ? null : string.Join(',', values);
    }

    private static int Signal(List<string> options) =>
        options.Exists(option => option is "-9" or "--signal=KILL" or "--signal=SIGKILL" or "--signal=9")
            ? Native.SigKill
            : Native.SigTerm;

    private static string Cat(UnitFile file)
    {
        var paths = file.DropInPaths.Prepend(file.FragmentPath).Where(File.Exists);
        return string.Join('\n', paths.Select(path => $"# {path}\n{File.ReadAllText(path)}"));
    }
}
