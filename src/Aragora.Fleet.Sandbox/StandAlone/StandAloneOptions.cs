using Aragora.Fleet.Ports;
using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.StandAlone;

/// <summary>Reads the command line of the stand-alone sandbox.</summary>
internal static class StandAloneOptions
{
    public static readonly string Usage =
        $"usage: Aragora.Fleet.Sandbox [--port PORT] [--hosts COUNT]\n"
        + "  --port PORT    the port of the endpoint on 127.0.0.1; 0, the default, takes a free one\n"
        + $"  --hosts COUNT  how many live hosts, 1 to {FleetModel.MaxHosts}; 4 by default";

    /// <summary>Null when the arguments are wrong.</summary>
    public static SandboxOptions? Parse(string[] arguments)
    {
        var options = new SandboxOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !int.TryParse(arguments[i + 1], out var number))
                return null;
            switch (arguments[i])
            {
                case "--port" when number is >= 0 and <= ushort.MaxValue:
                    options = options with { Port = number };
                    break;
                case "--hosts" when number is >= 1 and <= FleetModel.MaxHosts:
                    options = options with { HostCount = number };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
