namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>A refusal in AWS's terms; each protocol writes it its own way.</summary>
internal sealed class AwsException(string code, string message, int status = 400) : Exception(message)
{
    public string Code { get; } = code;

    public int Status { get; } = status;

    /// <summary>A parameter that breaks a constraint of the service's model.</summary>
    public static AwsException Validation(string parameter, string value, string constraint) => new(
        "ValidationException",
        $"1 validation error detected: Value '{value}' at '{char.ToLowerInvariant(parameter[0])}{parameter[1..]}' "
        + $"failed to satisfy constraint: {constraint}");
}
