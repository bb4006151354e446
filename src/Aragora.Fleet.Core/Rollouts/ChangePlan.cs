using Aragora.Fleet.Rollouts.Gates;
using Aragora.Fleet.Rollouts.History;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>What a deploy or a restore will do, host by host. What is shown is what is applied.</summary>
public sealed record ChangePlan
{
    /// <summary>The id of the run: it is in every ledger line, step id and command comment of it.</summary>
    public required string DeployId { get; init; }

    /// <summary>Which way the run goes.</summary>
    public RolloutKind Kind { get; init; }

    /// <summary>What the user asked for: a ref for a deploy, a commit or nothing for a restore.</summary>
    public required string Wanted { get; init; }

    /// <summary>The full id of the commit that all hosts are to get; null where each goes to a commit of its own.</summary>
    public string? Target { get; init; }

    /// <summary>The environment of all the hosts.</summary>
    public required string Environment { get; init; }

    /// <summary>Every host that was asked for, in the order of the run; the ones that need no change at the end.</summary>
    public required IReadOnlyList<HostPlan> Hosts { get; init; }

    /// <summary>The hosts to change, wave by wave.</summary>
    public required IReadOnlyList<IReadOnlyList<HostPlan>> Waves { get; init; }

    /// <summary>What happens to the hosts that are done when one fails.</summary>
    public required FailureAction OnFailure { get; init; }

    /// <summary>What the run must see before it goes on.</summary>
    public DeployGates Gates { get; init; } = new();

    /// <summary>1 for a new run; each resumption counts on. Hosts tell the steps of one attempt from those of another by it.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What the user must know of the run as a whole, such as hosts of it that are not to be found.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether there is anything to do: hosts to change, or hosts that are done and not accepted yet.</summary>
    public bool HasWork => Waves.Count > 0 || Hosts.Any(host => host.AwaitsAcceptance);

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Who.</summary>
    public required string Who { get; init; }

    /// <summary>Whether an earlier attempt asked script blocks of its user, which no host can keep.</summary>
    public bool WasGated { get; init; }

    /// <summary>When the hosts were looked at, in UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>
    /// How long the run will take, by what the last steps took on these hosts and by the bake time; null where no host has
    /// a record of any.
    /// </summary>
    public TimeSpan? ExpectedDuration { get; init; }

    /// <summary>Which fleet it is for.</summary>
    public PlanOrigin Origin { get; init; } = PlanOrigin.None;

    /// <summary>The hosts that stand in the way of the run: none may be left out silently.</summary>
    public IEnumerable<HostPlan> Obstacles
    {
        get
        {
            var leavesOut = LeavesOut;
            return Hosts.Where(host => host.Obstacle is not null && !(leavesOut && host.IsUnreachable));
        }
    }

    /// <summary>The hosts that cannot be reached, and that the run does without, as -MaxUnreachable allows.</summary>
    public IEnumerable<HostPlan> LeftOut => LeavesOut ? Hosts.Where(host => host.IsUnreachable) : [];

    /// <summary>
    /// Whether a host that runs what it should is changed too where it is not in order; its hosts keep it as the kind of the run.
    /// </summary>
    internal bool MendsDrift { get; init; }

    /// <summary>How many hosts the attempt before took; 0 for a new run.</summary>
    internal int EarlierHosts { get; init; }

    /// <summary>The hosts that the first attempt left out; null for a new run.</summary>
    internal LeftOutHosts? EarlierLeftOut { get; init; }

    /// <summary>What the plan was when it was made; null for a plan that was not made by a planner.</summary>
    internal string? Seal { get; init; }

    /// <summary>Whether it was applied.</summary>
    internal PlanUse Use { get; } = new();

    /// <summary>The plan as people read it: exceptions first, then wave by wave.</summary>
    public override string ToString() => PlanText.Of(this);

    /// <summary>The number of a wave: a host keeps that of the first attempt, so numbers may be left out.</summary>
    internal int WaveNumber(int index) => Waves[index][0].Wave ?? index + 1;

    private bool LeavesOut =>
        Hosts.Count(host => host.IsUnreachable) <= Gates.MaxUnreachable.AtMost(Hosts.Count);
}
