using System.Xml.Linq;

namespace Aragora.Fleet.Packaging.Help;

/// <summary>Writes pages as MAML, the one form in which Get-Help reads the help of compiled cmdlets.</summary>
internal static class MamlWriter
{
    private static readonly XNamespace s_items = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static XDocument Write(IEnumerable<HelpPage> pages) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(s_items + "helpItems", new XAttribute("schema", "maml"), pages.Select(Command)));

    private static XElement Command(HelpPage page) => new(
        s_command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", s_maml),
        new XAttribute(XNamespace.Xmlns + "command", s_command),
        new XAttribute(XNamespace.Xmlns + "dev", s_dev),
        Details(page),
        new XElement(s_maml + "description", Paragraphs(page.Description)),
        new XElement(s_command + "syntax", Sets(page).Select(set => SyntaxItem(page, set))),
        new XElement(s_command + "parameters", page.Parameters.Select(p => Parameter(p, p.Blocks[0], isSyntax: false))),
        new XElement(s_command + "inputTypes", page.Inputs.Select(type => Type("inputType", type))),
        new XElement(s_command + "returnValues", page.Outputs.Select(type => Type("returnValue", type))),
        new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", Paragraphs(page.Notes))),
        new XElement(s_command + "examples", page.Examples.Select(Example)),
        new XElement(s_command + "relatedLinks", Links(page)));

    private static XElement Details(HelpPage page)
    {
        var name = page.Name.Split('-', 2);
        return new XElement(
            s_command + "details",
            new XElement(s_command + "name", page.Name),
            new XElement(s_command + "verb", name[0]),
            new XElement(s_command + "noun", name[^1]),
            new XElement(s_maml + "description", Paragraphs([page.Synopsis])));
    }

    private static List<string> Sets(HelpPage page)
    {
        var sets = page.Parameters.SelectMany(parameter => parameter.Blocks).SelectMany(HelpParameter.Sets)
            .Where(set => set != HelpParameter.AllSets).Distinct().ToList();
        return sets.Count > 0 ? sets : [HelpParameter.AllSets];
    }

    // In the order of Get-Command -Syntax: by position, then what is required, then the rest.
    private static XElement SyntaxItem(HelpPage page, string set) => new(
        s_command + "syntaxItem",
        new XElement(s_maml + "name", page.Name),
        page.Parameters
            .Select(parameter => (Parameter: parameter, Block: parameter.In(set)!))
            .Where(pair => pair.Block is not null)
            .OrderBy(pair => int.TryParse(pair.Block["Position"], out var position) ? position : int.MaxValue)
            .ThenBy(pair => pair.Block["Required"] != "True")
            .Select(pair => Parameter(pair.Parameter, pair.Block, isSyntax: true)));

    private static XElement Parameter(HelpParameter parameter, IReadOnlyDictionary<string, string> block, bool isSyntax)
    {
        var type = block["Type"];
        var isSwitch = type == "SwitchParameter";
        return new XElement(
            s_command + "parameter",
            new XAttribute("required", Lower(block["Required"])),
            new XAttribute("variableLength", type.EndsWith("[]", StringComparison.Ordinal) ? "true" : "false"),
            new XAttribute("globbing", Lower(block["Accept wildcard characters"])),
            new XAttribute("pipelineInput", block["Accept pipeline input"]),
            new XAttribute("position", Lower(block["Position"])),
            new XAttribute("aliases", block["Aliases"] is { Length: > 0 } aliases ? aliases : "none"),
            new XElement(s_maml + "name", parameter.Name),
            new XElement(s_maml + "description", Paragraphs(parameter.Text)),
            isSyntax ? AcceptedValues(block) : null,
            isSyntax && isSwitch ? null : new XElement(
                s_command + "parameterValue",
                new XAttribute("required", isSwitch ? "false" : "true"),
                new XAttribute("variableLength", "false"),
                type),
            new XElement(s_dev + "type", new XElement(s_maml + "name", type), new XElement(s_maml + "uri")),
            new XElement(s_dev + "defaultValue", block["Default value"]));
    }

    private static XElement? AcceptedValues(IReadOnlyDictionary<string, string> block) =>
        block.TryGetValue("Accepted values", out var values)
            ? new XElement(
                s_command + "parameterValueGroup",
                values.Split(',', StringSplitOptions.TrimEntries).Select(value => new XElement(
                    s_command + "parameterValue",
                    new XAttribute("required", "false"),
                    new XAttribute("variableLength", "false"),
                    value)))
            : null;

    private static XElement Type(string element, HelpType type) => new(
        s_command + element,
        new XElement(s_dev + "type", new XElement(s_maml + "name", type.Name)),
        new XElement(s_maml + "description", Paragraphs(type.Text)));

    private static XElement Example(HelpExample example) => new(
        s_command + "example",
        new XElement(s_maml + "title", $"--- {example.Title} ---"),
        new XElement(s_dev + "code", example.Code),
        new XElement(s_dev + "remarks", Paragraphs(example.Remarks)));

    private static IEnumerable<XElement> Links(HelpPage page) =>
        page.Links
            .Select(link => (
                link.Text, Address: link.Address.EndsWith(".md", StringComparison.Ordinal) ? "" : link.Address))
            .Prepend((Text: "Online Version:", Address: page.Header["online version"]))
            .Select(link => new XElement(
                s_maml + "navigationLink",
                new XElement(s_maml + "linkText", link.Text),
                new XElement(s_maml + "uri", link.Address)));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) =>
        paragraphs.Select(text => new XElement(s_maml + "para", text));

    private static string Lower(string value) => value.ToLowerInvariant();
}
