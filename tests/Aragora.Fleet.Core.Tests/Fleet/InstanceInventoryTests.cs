using Aragora.Fleet.Core.Tests.Commands;

namespace Aragora.Fleet.Core.Tests.Inventory;

/// <summary>EC2's list joined with what Systems Manager knows of the agents.</summary>
public sealed class InstanceInventoryTests
{
    private readonly FakeDirectory _directory = new();

    [Fact]
    public async Task Two_hundred_hosts_that_are_named_cost_one_list_and_four_questions_about_agents()
    {
        _directory.Known.AddRange(Enumerable.Range(1, 230).Select(number => Instance(number, InstanceState.Running)));
        string[] named = [.. Enumerable.Range(1, 200).Select(Id)];

        var found = await FindAsync(named);

        Assert.Equal(named, found.Select(instance => instance.InstanceId));
        Assert.All(found, instance => Assert.Equal(PingStatus.Online, instance.Ping));
        Assert.Equal(1, _directory.Describes);
        Assert.Equal([50, 50, 50, 50], _directory.AgentQuestions);
    }

    [Fact]
    public async Task Agents_of_hosts_that_do_not_run_are_not_asked_for()
    {
        _directory.Known.AddRange([Instance(1, InstanceState.Stopped), Instance(2, InstanceState.Running)]);

        var found = await FindAsync([Id(1), Id(2)]);

        Assert.Equal([PingStatus.NotManaged, PingStatus.Online], found.Select(instance => instance.Ping));
        Assert.Equal([1], _directory.AgentQuestions);
    }

    private static string Id(int number) => $"i-{number:d8}";

    private static Instance Instance(int number, InstanceState state) => new()
    {
        InstanceId = Id(number),
        Name = $"host-{number}",
        Environment = "production",
        Region = "us-east-2",
        State = state,
        Ping = PingStatus.NotManaged,
    };

    private async Task<List<Instance>> FindAsync(IReadOnlyList<string> ids) => await Clockwork.ToListAsync(
        new InstanceInventory(_directory, new FleetSettings()).FindAsync(
            new InstanceSelector { Regions = ["us-east-2"], InstanceIds = ids }, CancellationToken.None));
}
