namespace Aragora.Fleet.Rollouts.Plans;

/// <summary>Which fleet a plan was made for.</summary>
/// <param name="Account">The AWS account.</param>
/// <param name="Endpoint">The endpoint in place of AWS's own; empty for AWS.</param>
public sealed record PlanOrigin(string Account, string Endpoint)
{
    /// <summary>No fleet that there is.</summary>
    public static PlanOrigin None { get; } = new("", "");

    /// <inheritdoc/>
    public override string ToString() => Endpoint.Length > 0 ? $"{Account} at {Endpoint}" : Account;
}
