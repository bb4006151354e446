using System.Collections.Concurrent;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>Plays systemd: knows the services by name, loads them when they are first asked for.</summary>
internal sealed class ServiceManager(HostIdentity host, Journal journal)
{
    private const string Suffix = ".service";

    private readonly ConcurrentDictionary<string, Service> _services = new(StringComparer.Ordinal);

    public static string FullName(string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal) ? name : name + Suffix;

    /// <summary>The service of a name; null when there is no such unit.</summary>
    public Service? Find(string name)
    {
        var unit = FullName(name);
        ForgetEndedTransient(unit);
        if (_services.TryGetValue(unit, out var service))
            return service;
        return UnitFile.Load(host.Paths.UnitDirectory, unit) is { } file
            ? _services.GetOrAdd(unit, new Service(new ServiceDefinition(unit, file), host, journal))
            : null;
    }

    /// <summary>Adds a transient service; null when the name is taken.</summary>
    public Service? AddTransient(string name, UnitFile file)
    {
        var unit = FullName(name);
        if (Find(unit) is not null)
            return null;
        var service = new Service(new ServiceDefinition(unit, file), host, journal);
        return _services.TryAdd(unit, service) ? service : null;
    }

    /// <summary>Reads the unit files again; what runs goes on as it was started.</summary>
    public void Reload()
    {
        foreach (var (unit, service) in _services.Where(entry => !entry.Value.Definition.IsTransient))
        {
            if (UnitFile.Load(host.Paths.UnitDirectory, unit) is { } file)
                service.Definition = new ServiceDefinition(unit, file);
            else if (!service.IsRunning)
                _services.TryRemove(unit, out _);
        }
    }

    public void ResetFailed()
    {
        foreach (var service in _services.Values)
            service.ResetFailed();
    }

    /// <summary>Starts every unit that has a file, as at boot.</summary>
    public async Task BootAsync()
    {
        foreach (var path in Directory.GetFiles(host.Paths.UnitDirectory, "*" + Suffix))
            await Find(Path.GetFileName(path))!.StartAsync();
    }

    public void KillAll()
    {
        foreach (var service in _services.Values)
            service.Kill(Native.SigKill);
    }

    /// <summary>A transient unit is in memory only, and no boot brings it back.</summary>
    public void ForgetTransient()
    {
        foreach (var (unit, _) in _services.Where(entry => entry.Value.Definition.IsTransient))
            _services.TryRemove(unit, out _);
    }

    public Task StopAllAsync() => Task.WhenAll(_services.Values.Select(service => service.StopAsync()));

    /// <summary>systemd keeps an ended transient unit only when it failed.</summary>
    private void ForgetEndedTransient(string unit)
    {
        if (_services.TryGetValue(unit, out var service)
            && service.Definition.IsTransient && service.Status is { Active: "inactive", ActiveSince: not null })
        {
            _services.TryRemove(unit, out _);
        }
    }
}
