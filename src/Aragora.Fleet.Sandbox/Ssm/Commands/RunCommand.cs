using Aragora.Fleet.Sandbox.Ssm.Parameters;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>One accepted SendCommand.</summary>
internal sealed class RunCommand
{
    private readonly Dictionary<string, Invocation> _byInstance;

    public RunCommand(
        CommandOrder order, IReadOnlyList<Invocation> invocations, ParameterStore parameters, DateTimeOffset now)
    {
        (Order, Invocations, Parameters, RequestedAt) = (order, invocations, parameters, now);
        _byInstance = invocations.ToDictionary(invocation => invocation.InstanceId);
    }

    public string Id { get; } = Guid.NewGuid().ToString();

    public CommandOrder Order { get; }

    public DateTimeOffset RequestedAt { get; }

    /// <summary>Whatever is still open at this time becomes DeliveryTimedOut.</summary>
    public DateTimeOffset ExpiresAt => RequestedAt + Order.DeliveryTimeout + Order.ExecutionTimeout;

    public IReadOnlyList<Invocation> Invocations { get; }

    /// <summary>Where the hosts look up what the script names as <c>{{ssm:…}}</c>.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>For so long after the send no read knows of it: eventual consistency at its worst.</summary>
    public TimeSpan HiddenFor { get; init; }

    public int MaxConcurrency => Math.Max(1, Order.MaxConcurrency.Of(Invocations.Count));

    public int MaxErrors => Order.MaxErrors.Of(Invocations.Count);

    public Invocation? On(string instanceId) => _byInstance.GetValueOrDefault(instanceId);

    public Tally Count() => new(Invocations);
}
