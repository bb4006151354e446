namespace Aragora.Fleet.Sandbox.Ssm;

/// <summary>Nothing more will come of a host: the invocation ends as DeliveryTimedOut now, and not at its own time.</summary>
internal sealed class DeliveryTimedOutException : Exception;
