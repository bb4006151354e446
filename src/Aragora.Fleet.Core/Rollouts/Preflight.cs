using System.Globalization;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Health;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts.Plans;

namespace Aragora.Fleet.Rollouts;

/// <summary>Looks at every host before a run: what it runs, how it is, and whether it can be changed at all.</summary>
internal sealed class Preflight(HostOperationRunner runner, FleetSettings settings)
{
    /// <summary>One row for each instance, in the order given; the release to bring is not filled in yet.</summary>
    public async Task<IReadOnlyList<HostPlan>> LookAsync(
        IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, HostPlan>(StringComparer.Ordinal);
        foreach (var instance in instances.Where(instance => instance.Ping == PingStatus.NotManaged))
        {
            rows[instance.InstanceId] = Blocked(HostTarget.From(instance), TargetResolver.NotManaged(instance));
        }

        var targets = instances.Where(i => !rows.ContainsKey(i.InstanceId)).Select(HostTarget.From).ToList();
        var parameters = new Dictionary<string, string> { ["P_UNIT"] = settings.Unit };
        var answers = runner.RunAsync(
            HostOperation.Survey, parameters, targets, "the preflight", OwnComment.For("preflight"), cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            rows[answer.Target.InstanceId] =
                answer.Block is { } block ? Read(answer.Target, block, answer.NoRelease) : Blocked(answer.Target, answer.Failure!);
        }

        return [.. instances.Select(instance => rows[instance.InstanceId])];
    }

    private static HostPlan Blocked(HostTarget target, FleetException obstacle) =>
        new() { Target = target, Obstacle = obstacle };

    private static HostPlan Read(HostTarget target, ResultBlock block, FleetException? obstacle)
    {
        var disk = block.Release("disk");
        return new HostPlan
        {
            Target = target,
            Layout = Enum.TryParse<HostLayout>(block.Text("mode"), ignoreCase: true, out var layout) ? layout : HostLayout.Unknown,
            From = block.Release("running") ?? disk,
            Disk = disk,
            Verdict = HealthJudge.Judge(block, EndpointReader.Read(block), doubt: null).Verdict,
            Warnings = PreflightWarnings.Of(block),
            Obstacle = obstacle,
            ExpectedDuration = Median(block.Text("steps")),
            IsInOrder = block.Number("dirty") == 0 && block.Commit("named") == block.Commit("running"),
            LocalChanges = block.Text("changes") ?? "",
            UnitSettings = block.Text("config") ?? "",
        };
    }

    private static TimeSpan? Median(string? steps)
    {
        var seconds = (steps ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1)
            .Where(value => value >= 0)
            .Order()
            .ToList();
        return seconds.Count > 0 ? TimeSpan.FromSeconds(seconds[seconds.Count / 2]) : null;
    }
}
