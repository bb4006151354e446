namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The sandbox cannot start here: why, and what the user does next.</summary>
internal sealed class SandboxException(string message, string action, Exception? inner = null)
    : Exception(message, inner)
{
    public string Action { get; } = action;
}
