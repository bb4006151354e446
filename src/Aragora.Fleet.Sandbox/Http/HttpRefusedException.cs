namespace Aragora.Fleet.Sandbox.Http;

/// <summary>A request that is no request: it is answered, and its connection closed.</summary>
internal sealed class HttpRefusedException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
