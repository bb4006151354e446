using System.Text;
using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Aragora.Fleet.Packaging.Help;

/// <summary>Markdown as plain text, block by block.</summary>
internal static class MarkdownText
{
    private static readonly MarkdownPipeline s_pipeline =
        new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    public static MarkdownDocument Parse(string text) => Markdown.Parse(text, s_pipeline);

    /// <summary>The paragraphs of blocks; a list gives one for each of its items.</summary>
    public static List<string> Paragraphs(IEnumerable<Block> blocks) => [.. blocks.SelectMany(ParagraphsOf)];

    /// <summary>The lines of a code block or of the fields before the text.</summary>
    public static string Lines(LeafBlock block) => block.Lines.ToString().ReplaceLineEndings("\n").Trim('\n');

    /// <summary>The text of a heading, a paragraph or a table's cell.</summary>
    public static string Text(LeafBlock block)
    {
        var text = new StringBuilder();
        Append(text, block.Inline);
        return text.ToString().Trim();
    }

    /// <summary>Lines of <c>Name: value</c>.</summary>
    public static Dictionary<string, string> Fields(LeafBlock block) => Lines(block).Split('\n')
        .Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
        .Where(field => field is [{ Length: > 0 }, _])
        .ToDictionary(field => field[0], field => field[1], StringComparer.Ordinal);

    private static IEnumerable<string> ParagraphsOf(Block block) => block switch
    {
        YamlFrontMatterBlock => [],
        ParagraphBlock paragraph => [Text(paragraph)],
        CodeBlock code => [Lines(code)],
        ListBlock list => list.Cast<ListItemBlock>().Select(item => $"- {string.Join(' ', Paragraphs(item))}"),
        ContainerBlock container => container.SelectMany(ParagraphsOf),
        _ => throw new HelpFormatException($"line {block.Line + 1}: a {block.GetType().Name} has no place in help."),
    };

    private static void Append(StringBuilder text, IEnumerable<Inline>? inlines)
    {
        foreach (var inline in inlines ?? [])
        {
            switch (inline)
            {
                case LiteralInline literal:
                    text.Append(literal.Content.AsSpan());
                    break;
                case CodeInline code:
                    text.Append(code.Content);
                    break;
                case LineBreakInline:
                    text.Append(' ');
                    break;
                case HtmlEntityInline entity:
                    text.Append(entity.Transcoded.AsSpan());
                    break;
                case ContainerInline container:
                    Append(text, container);
                    break;
                default:
                    throw new HelpFormatException($"line {inline.Line + 1}: '{inline}' has no place in help.");
            }
        }
    }
}
