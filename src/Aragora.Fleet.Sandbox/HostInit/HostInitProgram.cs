using System.Net;
using System.Runtime.Versioning;
using System.Text;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Ssm;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>A host's systemd, journald and SSM agent in one process, which ends with its standard input.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HostInitProgram
{
    private readonly HostIdentity _host;
    private readonly ServiceManager _services;
    private readonly Systemctl _systemctl;
    private readonly SystemdRun _systemdRun;
    private readonly Journalctl _journalctl;
    private readonly ScriptAgent _agent;
    private readonly PortHolders _ports;
    private readonly HostTrouble _trouble;
    private readonly StepPhases _phases;

    private HostInitProgram(HostIdentity host)
    {
        var journal = new Journal(host.Name);
        _host = host;
        _services = new ServiceManager(host, journal);
        _systemctl = new Systemctl(_services, journal, RebootAsync);
        _systemdRun = new SystemdRun(_services);
        _journalctl = new Journalctl(journal, TimeProvider.System);
        _agent = new ScriptAgent(host, RebootAsync);
        _trouble = new HostTrouble(host.Paths, _services);
        _phases = new StepPhases(host.Paths);
        _ports = new PortHolders(host.IsIsolated ? ProcessTree.Visible : ProcessTree.Descendants);
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [var instanceId, var region, var name, var marker, var prefix])
            return 2;
        var host = new HostIdentity(instanceId, region, name, marker, prefix);
        if (host.IsIsolated)
        {
            Native.SetHostName(name);
            Native.RaiseLoopback();
        }
        else
        {
            Native.BecomeSubreaper();
        }

        var init = new HostInitProgram(host);
        await init._services.BootAsync();
        await using (host.IsIsolated ? HttpServer.OnTcp(IPAddress.Loopback, HostIdentity.InitPort, init.AnswerAsync) : null)
        await using (HttpServer.OnUnixSocket(host.Paths.Socket, init.AnswerAsync))
        {
            await Console.OpenStandardInput().CopyToAsync(Stream.Null);
            // The server waits for what it is answering: a script under way must not keep the host alive.
            init._agent.LoseAll();
        }

        if (!host.IsIsolated)
            ProcessTree.KillDescendants();
        return 0;
    }

    private async Task<HttpResponse> AnswerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        switch (request.Path)
        {
            case "/ready":
                var application = _services.Find("aragora")!.Definition;
                return HttpResponse.Text(await ReadyProbe.IsReadyAsync(application, cancellationToken) ? 200 : 503, "");
            case "/agent/run":
                return (await _agent.RunAsync(Order(request), cancellationToken)).ToResponse();
            case "/reboot":
                _agent.LoseAll();
                await ResetAsync();
                return HttpResponse.Text(200, "");
            case "/phase":
                return HttpResponse.Text(200, $"{await _phases.CountAsync(
                    request.Parameter("name"), int.Parse(request.Parameter("known")), cancellationToken)}");
            case "/trouble":
                return await TroubleAsync(request.Parameter("kind"), isOn: request.Parameter("on") == "1");
            case "/agent/cancel":
                return HttpResponse.Text(_agent.Cancel(request.Parameter("command")) ? 200 : 404, "");
        }

        var arguments = Encoding.UTF8.GetString(request.Body).Split('\0')[..^1];
        var reply = request.Path switch
        {
            "/systemctl" => await _systemctl.RunAsync(arguments),
            "/systemd-run" => await _systemdRun.RunAsync(arguments),
            "/journalctl" => _journalctl.Run(arguments),
            "/fuser" => _ports.Fuser(arguments),
            "/ss" => _ports.Ss(),
            _ => CommandReply.Error(1, $"The host's init does not know {request.Path}."),
        };
        return reply.ToResponse();
    }

    private static ScriptOrder Order(HttpRequest request) => new(
        request.Parameter("command"), Encoding.UTF8.GetString(request.Body), request.Parameter("directory"),
        TimeSpan.FromSeconds(int.Parse(request.Parameter("timeout"))));

    private async Task<HttpResponse> TroubleAsync(string kind, bool isOn)
    {
        switch (kind)
        {
            case "ServiceKilled":
                _trouble.KillService();
                break;
            case "CrashLoop":
                _trouble.CrashLoop(isOn);
                break;
            case "DiskFull":
                await _trouble.FillDiskAsync(isOn);
                break;
            default:
                return HttpResponse.Text(404, "");
        }

        return HttpResponse.Text(200, "");
    }

    /// <summary>Nobody is asked to stop: whatever runs on the host dies at once, then it starts anew.</summary>
    private async Task ResetAsync()
    {
        _services.KillAll();
        await RebootAsync();
    }

    /// <summary>Services stop, /tmp is emptied, services start under a new boot id: a reboot to scripts.</summary>
    private async Task RebootAsync()
    {
        await _services.StopAllAsync();
        foreach (var path in Directory.EnumerateFileSystemEntries(_host.Paths.Temporary))
            Remove(path);
        File.WriteAllText(_host.Paths.BootId, $"{Guid.NewGuid()}\n");
        _services.ResetFailed();
        _services.ForgetTransient();
        await _services.BootAsync();
    }

    private static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                File.Delete(path);
        }
        catch (IOException)
        {
            // A mount point stays, as it does for systemd: the sandbox's own code may lie under /tmp.
        }
    }
}
