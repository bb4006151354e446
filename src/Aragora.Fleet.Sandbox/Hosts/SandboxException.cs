namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>The sandbox cannot start here, and the message says why.</summary>
internal sealed class SandboxException(string message, Exception? inner = null) : Exception(message, inner);
