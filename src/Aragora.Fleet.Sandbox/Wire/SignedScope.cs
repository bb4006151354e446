namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>The region and the service that a verified request was signed for.</summary>
internal sealed record SignedScope(string Region, string Service);
