using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Aragora.Fleet.Sandbox.Ssm.Parameters;
using Aragora.Fleet.Sandbox.Wire;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests;

/// <summary>
/// Parameter Store. Sources: API reference PutParameter, GetParameter, GetParameters, GetParametersByPath,
/// DeleteParameter, DeleteParameters and their errors.
/// </summary>
[Collection(SharedSandbox.Name)]
public sealed class ParameterTests(SandboxFixture fixture)
{
    private readonly string _name = $"/tests/{Guid.NewGuid():N}";

    private AmazonSimpleSystemsManagementClient Ssm => fixture.Clients.Ssm;

    [Fact]
    public async Task A_parameter_has_versions_of_which_the_newest_is_the_value()
    {
        Assert.Equal(1, (await PutAsync("one")).Version);
        var second = await PutAsync("two", overwrite: true, type: null);
        Assert.Equal((2, "Standard"), (second.Version!.Value, second.Tier.Value));
        var newest = await GetAsync(_name);
        Assert.Equal(("two", 2, "String", "text"), (newest.Value, newest.Version, newest.Type.Value, newest.DataType));
        Assert.Equal($"arn:aws:ssm:us-east-2:123456789012:parameter{_name}", newest.ARN);
        var first = await GetAsync(_name + ":1");
        Assert.Equal(("one", _name, ":1"), (first.Value, first.Name, first.Selector));
        Assert.Equal("two", (await GetAsync(newest.ARN)).Value);
        await Assert.ThrowsAsync<ParameterVersionNotFoundException>(() => GetAsync(_name + ":3"));
    }

    [Fact]
    public async Task What_exists_is_overwritten_only_when_that_is_asked_for_and_keeps_its_type()
    {
        await PutAsync("one");
        await Assert.ThrowsAsync<ParameterAlreadyExistsException>(() => PutAsync("two"));
        await Assert.ThrowsAsync<HierarchyTypeMismatchException>(
            () => PutAsync("two", overwrite: true, type: "StringList"));
        Assert.Equal(1, (await GetAsync(_name)).Version);
    }

    [Fact]
    public async Task A_secret_is_shown_only_to_who_asks_for_decryption()
    {
        await PutAsync("hidden", type: "SecureString");
        Assert.DoesNotContain("hidden", (await GetAsync(_name)).Value, StringComparison.Ordinal);
        var open = await Ssm.GetParameterAsync(new GetParameterRequest { Name = _name, WithDecryption = true });
        Assert.Equal("hidden", open.Parameter.Value);
    }

    [Theory]
    [InlineData("ssm-name", "ValidationException")]
    [InlineData("AWSname", "ValidationException")]
    [InlineData("/aws/name", "AccessDeniedException")]
    [InlineData("a/b", "ValidationException")]
    [InlineData("/a b", "ValidationException")]
    [InlineData("/a//b", "ValidationException")]
    [InlineData("/a/", "ValidationException")]
    [InlineData("/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "HierarchyLevelLimitExceededException")]
    public Task A_name_has_rules(string name, string code) => AssertRefusedAsync(
        code, new PutParameterRequest { Name = name, Value = "x", Type = "String" });

    [Theory]
    [InlineData("ValidationException", "no type")]
    [InlineData("ValidationException", "4097 bytes")]
    [InlineData("ValidationException", "8193 bytes, advanced")]
    [InlineData("ValidationException", "nested")]
    [InlineData("ValidationException", "unknown data type")]
    [InlineData("ValidationException", "description of 1025")]
    [InlineData("ParameterPatternMismatchException", "pattern")]
    [InlineData("InvalidAllowedPatternException", "broken pattern")]
    public Task A_value_has_rules(string code, string violation)
    {
        var request = new PutParameterRequest { Name = _name, Value = "x", Type = "String" };
        Action change = violation switch
        {
            "no type" => () => request.Type = null,
            "4097 bytes" => () => request.Value = new string('x', 4097),
            "8193 bytes, advanced" => () =>
                (request.Value, request.Tier) = (new string('x', 8193), ParameterTier.Advanced),
            "nested" => () => request.Value = "a {{ssm:/b}}",
            "unknown data type" => () => request.DataType = "number",
            "description of 1025" => () => request.Description = new string('x', 1025),
            "pattern" => () => request.AllowedPattern = "^[0-9]+$",
            _ => () => request.AllowedPattern = "[",
        };
        change();
        return AssertRefusedAsync(code, request);
    }

    [Fact]
    public async Task Several_are_got_and_deleted_at_once_and_what_is_not_there_is_listed()
    {
        await PutAsync("one");
        var got = await Ssm.GetParametersAsync(
            new GetParametersRequest { Names = [_name, _name + ":9", "/tests/absent"] });
        Assert.Equal("one", Assert.Single(got.Parameters).Value);
        Assert.Equal([_name + ":9", "/tests/absent"], got.InvalidParameters);
        var eleven = new GetParametersRequest { Names = [.. Enumerable.Range(0, 11).Select(i => $"/tests/{i}")] };
        await AssertRefusedAsync("ValidationException", () => Ssm.GetParametersAsync(eleven));

        var deleted = await Ssm.DeleteParametersAsync(
            new DeleteParametersRequest { Names = [_name, "/tests/absent"] });
        Assert.Equal([_name], deleted.DeletedParameters);
        Assert.Equal(["/tests/absent"], deleted.InvalidParameters);
        await Assert.ThrowsAsync<ParameterNotFoundException>(() => GetAsync(_name));
        await Assert.ThrowsAsync<ParameterNotFoundException>(
            () => Ssm.DeleteParameterAsync(new DeleteParameterRequest { Name = _name }));
    }

    [Fact]
    public async Task A_path_is_listed_in_pages_and_deep_only_when_that_is_asked_for()
    {
        foreach (var leaf in new[] { "a", "b", "c", "deep/d" })
        {
            await Ssm.PutParameterAsync(new PutParameterRequest
            {
                Name = $"{_name}/{leaf}", Value = leaf,
                Type = leaf == "b" ? "StringList" : "String",
            });
        }

        Assert.Equal(["a", "b", "c"], await ValuesAsync(new GetParametersByPathRequest { Path = _name }));
        var all = new GetParametersByPathRequest { Path = _name, Recursive = true, MaxResults = 3 };
        var page = await Ssm.GetParametersByPathAsync(all);
        Assert.Equal(["a", "b", "c"], page.Parameters.Select(parameter => parameter.Value));
        all.NextToken = page.NextToken;
        page = await Ssm.GetParametersByPathAsync(all);
        Assert.Equal(("deep/d", null), (Assert.Single(page.Parameters).Value, page.NextToken));
        Assert.Equal(["b"], await ValuesAsync(new GetParametersByPathRequest
        {
            Path = _name, ParameterFilters = [new ParameterStringFilter { Key = "Type", Values = ["StringList"] }],
        }));
        Assert.Empty(await ValuesAsync(new GetParametersByPathRequest { Path = _name + "/a" }));
        await Assert.ThrowsAsync<InvalidFilterKeyException>(() => ValuesAsync(new GetParametersByPathRequest
        {
            Path = _name, ParameterFilters = [new ParameterStringFilter { Key = "Name", Values = ["x"] }],
        }));
        await AssertRefusedAsync(
            "ValidationException",
            () => Ssm.GetParametersByPathAsync(new GetParametersByPathRequest { Path = _name, MaxResults = 11 }));
        await AssertRefusedAsync(
            "ValidationException",
            () => Ssm.GetParametersByPathAsync(new GetParametersByPathRequest { Path = "tests" }));
    }

    [Fact]
    public async Task A_region_has_parameters_of_its_own()
    {
        await PutAsync("here");
        using var elsewhere = new SandboxClients(fixture.Sandbox, "eu-west-1");
        await Assert.ThrowsAsync<ParameterNotFoundException>(
            () => elsewhere.Ssm.GetParameterAsync(new GetParameterRequest { Name = _name }));
    }

    // API reference DeleteParameter: "wait for at least 30 seconds to create a parameter with the same name".
    [Fact]
    public void A_deleted_name_rests_for_30_seconds()
    {
        var clock = new FakeTimeProvider();
        var store = new ParameterStore("us-east-2", clock);
        var draft = Draft("x");
        store.Put(draft);
        Assert.True(store.Delete(draft.Name));
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("TooManyUpdates", Assert.Throws<AwsException>(() => store.Put(draft)).Code);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, store.Put(draft).Version);
    }

    // API reference ParameterMaxVersionLimitExceeded: the 100 most recent versions are retained.
    [Fact]
    public void The_newest_100_versions_are_kept()
    {
        var store = new ParameterStore("us-east-2", new FakeTimeProvider());
        for (var i = 1; i <= 101; i++)
        {
            store.Put(Draft($"{i}"));
        }

        Assert.Equal("2", store.Find(ParameterName.ForRead("/a:2"))!.Value);
        Assert.Equal(
            "ParameterVersionNotFound",
            Assert.Throws<AwsException>(() => store.Find(ParameterName.ForRead("/a:1"))).Code);
    }

    private static ParameterDraft Draft(string value) => ParameterDraft.Parse(
        JsonArguments.Parse($$"""{"Name":"/a","Type":"String","Value":"{{value}}","Overwrite":true}"""), "us-east-2");

    private static async Task AssertRefusedAsync(string code, Func<Task> call)
    {
        var error = await Assert.ThrowsAnyAsync<AmazonSimpleSystemsManagementException>(call);
        Assert.Equal((code, 400), (error.ErrorCode, (int)error.StatusCode));
    }

    private Task AssertRefusedAsync(string code, PutParameterRequest request) =>
        AssertRefusedAsync(code, () => Ssm.PutParameterAsync(request));

    private Task<PutParameterResponse> PutAsync(string value, bool overwrite = false, string? type = "String") =>
        Ssm.PutParameterAsync(
            new PutParameterRequest { Name = _name, Value = value, Type = type, Overwrite = overwrite });

    private async Task<Amazon.SimpleSystemsManagement.Model.Parameter> GetAsync(string name) =>
        (await Ssm.GetParameterAsync(new GetParameterRequest { Name = name })).Parameter;

    private async Task<IEnumerable<string>> ValuesAsync(GetParametersByPathRequest request) =>
        (await Ssm.GetParametersByPathAsync(request)).Parameters.Select(parameter => parameter.Value);
}
