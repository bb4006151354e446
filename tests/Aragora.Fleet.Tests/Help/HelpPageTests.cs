using System.Management.Automation;
using System.Text.RegularExpressions;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Packaging.Help;

namespace Aragora.Fleet.Tests.Help;

/// <summary>Help, manifest and assembly say the same, in both directions.</summary>
public sealed class HelpPageTests
{
    private static readonly HashSet<string> s_common =
        [.. Cmdlet.CommonParameters, "ProgressAction"];

    public static TheoryData<string> Names => HelpPages.Names;

    [Fact]
    public void Every_cmdlet_has_a_page_and_every_page_a_cmdlet() =>
        Assert.Equal(HelpPages.Cmdlets.Keys.Order(), HelpPages.All.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_is_of_the_schema(string name)
    {
        var page = HelpPages.All[name];

        Assert.Equal(name, page.Name);
        Assert.Equal("Aragora.Fleet.dll-Help.xml", page.Header["external help file"]);
        Assert.Equal("Aragora.Fleet", page.Header["Module Name"]);
        Assert.Equal("2.0.0", page.Header["schema"]);
        Assert.EndsWith($"/docs/en-US/{name}.md", page.Header["online version"], StringComparison.Ordinal);
        Assert.Matches(@"^[A-Z][^.]*\.$", page.Synopsis);
        Assert.DoesNotContain("This cmdlet", page.Synopsis, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(page.Description);
        Assert.NotEmpty(page.Notes);
        Assert.NotEmpty(page.Links);
        Assert.True(page.Examples.Count >= 3, $"{page.Examples.Count} examples");
        Assert.All(page.Examples, (example, i) =>
        {
            Assert.Matches($"^Example {i + 1}: [A-Z]", example.Title);
            Assert.NotEmpty(example.Code);
            Assert.NotEmpty(example.Remarks);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_syntax_is_that_of_the_cmdlet(string name) => Assert.Equal(
        HelpPages.Cmdlets[name].ParameterSets.Select(set => $"{name} {set}").Order(),
        HelpPages.All[name].Syntax.Select(line => Regex.Replace(line, @"\s+", " ")).Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_parameter_is_told_as_it_is_and_none_that_does_not_exist(string name)
    {
        var sets = HelpPages.Cmdlets[name].ParameterSets;
        var expected = sets.SelectMany(set => set.Parameters
            .Where(parameter => !s_common.Contains(parameter.Name))
            .Select(parameter => $"{set.Name}: {Describe(parameter)}"));

        var told = HelpPages.All[name].Parameters.SelectMany(parameter => sets
            .Select(set => (set.Name, Block: parameter.In(set.Name)))
            .Where(pair => pair.Block is not null)
            .Select(pair => $"{pair.Name}: {Describe(parameter, pair.Block!)}"));

        Assert.Equal(expected.Order(), told.Order());
        Assert.All(HelpPages.All[name].Parameters, parameter => Assert.NotEmpty(parameter.Text));
        Assert.All(
            HelpPages.All[name].Parameters.SelectMany(parameter => parameter.Blocks).SelectMany(HelpParameter.Sets),
            set => Assert.Contains(set, sets.Select(known => known.Name).Append(HelpParameter.AllSets)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_output_is_named_with_each_of_its_members(string name)
    {
        var types = HelpPages.Cmdlets[name].OutputType.Select(output => output.Type).ToList();
        var outputs = HelpPages.All[name].Outputs;

        Assert.Equal(
            types.Select(type => type.FullName).Order(),
            outputs.Select(output => output.Name).Where(output => output != "None").Order());
        foreach (var type in types.Where(type => type.FullName!.StartsWith("Aragora.", StringComparison.Ordinal)))
        {
            var text = string.Join('\n', outputs.Single(output => output.Name == type.FullName).Text);
            Assert.All(type.GetProperties(), property => Assert.Matches($@"\b{property.Name}\b", text));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_error_id_of_the_notes_exists(string name) =>
        Assert.Empty(ErrorIds(HelpPages.All[name]).Except(Enum.GetNames<FailureKind>()));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cmdlet_that_needs_a_connection_tells_so(string name) => Assert.Equal(
        HelpPages.Cmdlets[name].ImplementingType.IsSubclassOf(typeof(PowerShell.Commands.FleetCmdlet)),
        ErrorIds(HelpPages.All[name]).Contains(nameof(FailureKind.NotConnected)));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_link_leads_somewhere(string name) => Assert.All(
        HelpPages.All[name].Links.Where(link => !link.Address.Contains("://", StringComparison.Ordinal)),
        link => Assert.True(
            File.Exists(Path.Combine(Hosting.RepositoryRoot.Path, "docs", "en-US", link.Address)), link.Address));

    // The items of the lists in NOTES: ids, a colon, what they mean.
    private static IEnumerable<string> ErrorIds(HelpPage page) => page.Notes
        .Where(note => note.StartsWith("- ", StringComparison.Ordinal))
        .SelectMany(note => note[2..].Split(':')[0].Split(',', StringSplitOptions.TrimEntries));

    private static string Describe(CommandParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        string[] pipeline =
        [
            .. parameter.ValueFromPipelineByPropertyName ? (string[])["ByPropertyName"] : [],
            .. parameter.ValueFromPipeline ? (string[])["ByValue"] : [],
        ];
        return Line(
            parameter.Name,
            type.Name,
            string.Join(", ", parameter.Aliases),
            $"{parameter.IsMandatory}",
            parameter.Position < 0 ? "Named" : $"{parameter.Position}",
            pipeline.Length == 0 ? "False" : $"True ({string.Join(", ", pipeline)})",
            $"{parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any()}",
            string.Join(", ", Enumeration(type)?.GetEnumNames() ?? []));
    }

    private static string Describe(HelpParameter parameter, IReadOnlyDictionary<string, string> block) => Line(
        parameter.Name,
        block["Type"],
        block["Aliases"],
        block["Required"],
        block["Position"],
        block["Accept pipeline input"],
        block["Accept wildcard characters"],
        block.GetValueOrDefault("Accepted values", ""));

    private static string Line(params string[] fields) => string.Join(" | ", fields);

    private static Type? Enumeration(Type type) =>
        (type.GetElementType() ?? type) is { IsEnum: true } enumeration ? enumeration : null;
}
