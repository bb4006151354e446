namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>What the bad releases say when they die, as on a live host.</summary>
internal static class LastWords
{
    public static string OfImport(string directory) =>
        "the import check failed with exit code 1: Traceback (most recent call last):\n"
        + $"  File \"{directory}/aragora/server/unified_server.py\", line 3, in <module>\n"
        + "ModuleNotFoundError: No module named 'aragora.server.router'";

    public static string OfCrash(string directory) =>
        "the service crashed at start (activating/auto-restart): "
        + "Stopped aragora.service - Aragora Unified Server.\n"
        + "Started aragora.service - Aragora Unified Server.\n"
        + "Traceback (most recent call last):\n"
        + $"  File \"{directory}/aragora/server/__main__.py\", line 3, in <module>\n"
        + "RuntimeError: no handler registered for route '/api/debates'\n"
        + "aragora.service: Main process exited, code=exited, status=1/FAILURE\n"
        + "aragora.service: Failed with result 'exit-code'.";
}
