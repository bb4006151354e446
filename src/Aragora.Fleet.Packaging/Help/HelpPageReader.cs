using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Aragora.Fleet.Packaging.Help;

/// <summary>Reads a page of docs/en-US.</summary>
internal static class HelpPageReader
{
    // CommonParameters is a heading of the schema and no parameter.
    private const string CommonParameters = "CommonParameters";

    /// <exception cref="HelpFormatException">The page is not of the schema.</exception>
    public static HelpPage Read(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file));
        }
        catch (HelpFormatException e)
        {
            throw new HelpFormatException($"{Path.GetFileName(file)}: {e.Message}", e);
        }
    }

    public static HelpPage Parse(string text)
    {
        var document = MarkdownText.Parse(text);
        var header = document.OfType<YamlFrontMatterBlock>().FirstOrDefault()
            ?? throw new HelpFormatException("the page does not begin with its fields.");
        var title = document.OfType<HeadingBlock>().FirstOrDefault(heading => heading.Level == 1)
            ?? throw new HelpFormatException("the page has no title.");
        var sections = Split(document, 2).ToDictionary(part => part.Title, part => part.Blocks, StringComparer.Ordinal);
        return new HelpPage
        {
            Header = MarkdownText.Fields(header),
            Name = MarkdownText.Text(title),
            Synopsis = string.Join(' ', MarkdownText.Paragraphs(Section("SYNOPSIS"))),
            Syntax = [.. Section("SYNTAX").OfType<FencedCodeBlock>().Select(MarkdownText.Lines)],
            Description = MarkdownText.Paragraphs(Section("DESCRIPTION")),
            Examples = [.. Split(Section("EXAMPLES"), 3).Select(Example)],
            Parameters = [.. Split(Section("PARAMETERS"), 3).Where(p => p.Title != CommonParameters).Select(Parameter)],
            Inputs = [.. Split(Section("INPUTS"), 3).Select(Type)],
            Outputs = [.. Split(Section("OUTPUTS"), 3).Select(Type)],
            Notes = MarkdownText.Paragraphs(Section("NOTES")),
            Links = [.. Section("RELATED LINKS").OfType<ParagraphBlock>()
                .SelectMany(paragraph => paragraph.Inline!.OfType<LinkInline>()).Select(Link)],
        };

        List<Block> Section(string name) => sections.TryGetValue(name, out var blocks)
            ? blocks
            : throw new HelpFormatException($"there is no section {name}.");
    }

    // The parts that headings of a level begin; what comes before the first heading is none.
    private static List<(string Title, List<Block> Blocks)> Split(IEnumerable<Block> blocks, int level)
    {
        List<(string Title, List<Block> Blocks)> parts = [];
        foreach (var block in blocks)
        {
            if (block is HeadingBlock heading && heading.Level == level)
            {
                parts.Add((MarkdownText.Text(heading), []));
            }
            else if (parts.Count > 0)
            {
                parts[^1].Blocks.Add(block);
            }
        }

        return parts;
    }

    private static HelpExample Example((string Title, List<Block> Blocks) part)
    {
        var code = part.Blocks.OfType<FencedCodeBlock>().ToList();
        return code.Count > 0
            ? new HelpExample(
                part.Title,
                string.Join("\n\n", code.Where(block => block.Info == "powershell").Select(MarkdownText.Lines)),
                MarkdownText.Paragraphs(
                    part.Blocks.Where(block => block is not FencedCodeBlock { Info: "powershell" })))
            : throw new HelpFormatException($"'{part.Title}' has no code.");
    }

    private static HelpParameter Parameter((string Title, List<Block> Blocks) part)
    {
        var fields = part.Blocks.OfType<FencedCodeBlock>().Where(block => block.Info == "yaml").ToList();
        return fields.Count > 0
            ? new HelpParameter(
                part.Title.TrimStart('-'),
                MarkdownText.Paragraphs(part.Blocks.Except(fields)),
                [.. fields.Select(MarkdownText.Fields)])
            : throw new HelpFormatException($"'{part.Title}' has no fields.");
    }

    private static HelpType Type((string Title, List<Block> Blocks) part) =>
        new(part.Title, MarkdownText.Paragraphs(part.Blocks));

    private static (string Text, string Address) Link(LinkInline link) =>
        (string.Concat(link.Descendants<LiteralInline>().Select(text => text.Content.ToString())), link.Url ?? "");
}
