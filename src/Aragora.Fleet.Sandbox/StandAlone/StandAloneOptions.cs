using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.StandAlone;

/// <summary>Reads the command line of the stand-alone sandbox.</summary>
internal static class StandAloneOptions
{
    public static readonly string Usage =
        $"""
        usage: Aragora.Fleet.Sandbox [--port PORT] [--hosts COUNT | --virtual COUNT] [--packages COUNT] [--regions NAME,NAME...]
          --port PORT        the port of the endpoint on 127.0.0.1; 0, the default, takes a free one
          --hosts COUNT      how many live hosts, 1 to {SandboxOptions.MaxLiveHosts}; 4 by default
          --virtual COUNT    virtual hosts in their place, 1 to {SandboxOptions.MaxVirtualHosts}: they answer from a model
          --packages COUNT   how many of the hosts run from a package; none by default
          --host-time MS     the middle of the times that virtual hosts take, in milliseconds; 400 by default
          --seed NUMBER      what the times of virtual hosts follow from; 1 by default
          --regions NAMES    the regions that the hosts are spread over, {FleetModel.MaxRegions} at most;
                             {FleetModel.Region} by default
        """;

    /// <summary>Null when the arguments are wrong.</summary>
    public static SandboxOptions? Parse(string[] arguments)
    {
        var options = new SandboxOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || Add(options, arguments[i], arguments[i + 1]) is not { } more)
                return null;
            options = more;
        }

        return options.PackageHostCount <= options.TotalHostCount ? options : null;
    }

    private static SandboxOptions? Add(SandboxOptions options, string name, string value)
    {
        if (name == "--regions")
        {
            var regions = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return regions.Length is >= 1 and <= FleetModel.MaxRegions && regions.Distinct().Count() == regions.Length
                ? options with { Regions = regions }
                : null;
        }

        return int.TryParse(value, out var number) ? Add(options, name, number) : null;
    }

    private static SandboxOptions? Add(SandboxOptions options, string name, int number) => name switch
    {
        "--port" when number is >= 0 and <= ushort.MaxValue => options with { Port = number },
        "--hosts" when number is >= 1 and <= SandboxOptions.MaxLiveHosts && options.VirtualHostCount == 0 =>
            options with { HostCount = number },
        "--virtual" when number is >= 1 and <= SandboxOptions.MaxVirtualHosts =>
            options with { VirtualHostCount = number },
        "--packages" when number >= 0 => options with { PackageHostCount = number },
        "--host-time" when number is >= 0 and <= 60_000 =>
            options with { HostTime = TimeSpan.FromMilliseconds(number) },
        "--seed" => options with { Seed = number },
        _ => null,
    };
}
