using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>What the bad releases say when they die, as on a live host.</summary>
internal static class LastWords
{
    public static string OfImport(HostLayout layout) =>
        "the import check failed with exit code 1: Traceback (most recent call last):\n"
        + $"  File \"{layout.CodeDirectory}/aragora/server/unified_server.py\", line 3, in <module>\n"
        + "ModuleNotFoundError: No module named 'aragora.server.router'";

    public static string OfCrash(HostLayout layout) =>
        "the service crashed at start (activating/auto-restart): "
        + $"Stopped aragora.service - {layout.Service}.\n"
        + $"Started aragora.service - {layout.Service}.\n"
        + "Traceback (most recent call last):\n"
        + $"  File \"{layout.CodeDirectory}/aragora/server/__main__.py\", line 3, in <module>\n"
        + "RuntimeError: no handler registered for route '/api/debates'\n"
        + "aragora.service: Main process exited, code=exited, status=1/FAILURE\n"
        + "aragora.service: Failed with result 'exit-code'.";
}
