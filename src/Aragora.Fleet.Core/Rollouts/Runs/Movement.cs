using Aragora.Fleet.Commands;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts.Runs;

/// <summary>What a run does to its hosts: it brings a release, or it goes back to one.</summary>
internal sealed class Movement
{
    private readonly Func<FleetSettings, ChangePlan, IReadOnlyList<HostPlan>, long, Dictionary<string, string>> _parameters;

    private Movement(
        RolloutKind kind,
        Func<HostPlan, HostOperation> operationFor,
        string comment,
        bool hasWayBack,
        Func<FleetSettings, ChangePlan, IReadOnlyList<HostPlan>, long, Dictionary<string, string>> parameters)
    {
        (Kind, OperationFor, Comment, HasWayBack, _parameters) = (kind, operationFor, comment, hasWayBack, parameters);
    }

    private static Movement Deploy { get; } = new(
        RolloutKind.Deploy, HostSteps.Forward, OwnComment.Deploy, hasWayBack: true, StepParameters.ForDeploy);

    private static Movement Restore { get; } = new(
        RolloutKind.Restore, HostSteps.Back, OwnComment.Restore, hasWayBack: false,
        (settings, plan, hosts, token) => StepParameters.ForRestore(
            settings, plan, hosts, "restore", token, host => host.From, host => host.To));

    /// <summary>What a plan of this kind does.</summary>
    public static Movement Of(RolloutKind kind) => kind == RolloutKind.Deploy ? Deploy : Restore;

    /// <summary>Which way it goes.</summary>
    public RolloutKind Kind { get; }

    /// <summary>Which step a host runs.</summary>
    public Func<HostPlan, HostOperation> OperationFor { get; }

    /// <summary>What the command history says of its steps.</summary>
    public string Comment { get; }

    /// <summary>As a noun in texts: the deploy, the restore.</summary>
    public string Noun => $"the {(Kind == RolloutKind.Deploy ? "deploy" : "restore")}";

    /// <summary>Whether hosts that are done can be taken back.</summary>
    public bool HasWayBack { get; }

    /// <summary>The parameters of the step for the hosts of one send.</summary>
    public Dictionary<string, string> Parameters(
        FleetSettings settings, ChangePlan plan, IReadOnlyList<HostPlan> hosts, long token) =>
        _parameters(settings, plan, hosts, token);
}
