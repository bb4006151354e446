using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Aws.Tests;

/// <summary>The parameter store port on the SDK, against the sandbox.</summary>
public sealed class ParameterStoreTests(SandboxBackend fixture) : IClassFixture<SandboxBackend>
{
    private readonly string _path = $"/tests/{Guid.NewGuid():N}";

    private IParameterStore Store => fixture.Backend.Parameters;

    private string Region => fixture.Sandbox.Region;

    [Fact]
    public async Task A_write_has_a_condition_and_answers_with_the_version()
    {
        var name = _path + "/a";
        Assert.Null(await PutAsync(name, ParameterWrite.Update));
        Assert.Equal(1, await PutAsync(name, ParameterWrite.Create));
        Assert.Null(await PutAsync(name, ParameterWrite.Create));
        Assert.Equal(2, await PutAsync(name, ParameterWrite.Update));
        Assert.Equal(3, await PutAsync(name, ParameterWrite.Replace));
        Assert.Equal(1, await PutAsync(_path + "/b", ParameterWrite.Replace));
    }

    [Fact]
    public async Task A_path_is_listed_whole_with_the_time_of_the_service()
    {
        foreach (var i in Enumerable.Range(0, 23))
        {
            await PutAsync($"{_path}/deep/{i}", ParameterWrite.Create);
        }

        var before = TimeProvider.System.GetUtcNow();
        var listing = await Store.ListAsync(Region, _path, CancellationToken.None);
        Assert.Equal(23, listing.Items.Select(item => item.Name).Distinct().Count());
        var last = listing.Items.Single(item => item.Name == _path + "/deep/22");
        Assert.Equal(("text", 1), (last.Value, last.Version));
        Assert.InRange(before - last.Modified, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange(
            listing.ServerTime, before - TimeSpan.FromSeconds(1), TimeProvider.System.GetUtcNow());
        Assert.Empty((await Store.ListAsync(Region, _path + "/none", CancellationToken.None)).Items);
    }

    [Fact]
    public async Task What_is_gone_is_deleted_as_well_and_its_name_rests()
    {
        var name = _path + "/a";
        await PutAsync(name, ParameterWrite.Create);
        await Store.DeleteAsync(Region, name, CancellationToken.None);
        await Store.DeleteAsync(Region, name, CancellationToken.None);
        Assert.Empty((await Store.ListAsync(Region, _path, CancellationToken.None)).Items);
        var resting = await Assert.ThrowsAsync<FleetException>(() => PutAsync(name, ParameterWrite.Create));
        Assert.Equal(FailureKind.ServiceThrottled, resting.Kind);
    }

    [Fact]
    public async Task A_refusal_is_a_failure_and_not_an_unmet_condition()
    {
        var denied = await Assert.ThrowsAsync<FleetException>(() => PutAsync("/aws/a", ParameterWrite.Create));
        Assert.Equal((FailureKind.AccessDenied, "ssm:PutParameter"), (denied.Kind, denied.FailureTarget));
        await PutAsync(_path + "/a", ParameterWrite.Create);
        var refused = await Assert.ThrowsAsync<FleetException>(() => Store.PutAsync(
            Region, _path + "/a", "{{ssm:x}}", ParameterWrite.Update, CancellationToken.None));
        Assert.Equal(FailureKind.RequestRejected, refused.Kind);
    }

    private Task<long?> PutAsync(string name, ParameterWrite write) =>
        Store.PutAsync(Region, name, "text", write, CancellationToken.None);
}
