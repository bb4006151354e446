namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>A part of a step failed: what is left of the attempt is not done.</summary>
internal sealed class AttemptFailedException(string reason) : Exception(reason);
