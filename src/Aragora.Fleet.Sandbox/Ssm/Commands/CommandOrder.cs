using System.Text.Json;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>What SendCommand asks for, checked.</summary>
internal sealed record CommandOrder
{
    public required IReadOnlyList<string> InstanceIds { get; init; }

    /// <summary>Targets as they came, to be echoed.</summary>
    public required JsonElement? Targets { get; init; }

    /// <summary>Whether Targets name instances by id, of which some may not respond.</summary>
    public required bool NamesInstancesAsTargets { get; init; }

    /// <summary>Parameters as they came, to be echoed.</summary>
    public required JsonElement Parameters { get; init; }

    public required string DocumentVersion { get; init; }

    /// <summary>The elements of the script, which the agent joins.</summary>
    public required IReadOnlyList<string> Commands { get; init; }

    public required string WorkingDirectory { get; init; }

    public required TimeSpan ExecutionTimeout { get; init; }

    /// <summary>For so long an agent may take the command up.</summary>
    public required TimeSpan DeliveryTimeout { get; init; }

    public required string Comment { get; init; }

    public required Portion MaxConcurrency { get; init; }

    public required Portion MaxErrors { get; init; }
}
