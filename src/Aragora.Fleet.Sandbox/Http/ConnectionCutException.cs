namespace Aragora.Fleet.Sandbox.Http;

/// <summary>The request gets no answer: its connection is cut.</summary>
internal sealed class ConnectionCutException : Exception;
