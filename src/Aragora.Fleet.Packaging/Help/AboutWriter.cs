using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace Aragora.Fleet.Packaging.Help;

/// <summary>Writes a page as the plain text of an about topic, at most 80 columns wide but for code.</summary>
internal static class AboutWriter
{
    private const int Width = 80;
    private const string Indent = "    ";

    public static string Write(string topic, string markdown)
    {
        var document = MarkdownText.Parse(markdown);
        var text = new StringBuilder($"TOPIC\n{Indent}{topic}\n");
        foreach (var block in document.Where(block => block is not YamlFrontMatterBlock))
        {
            text.Append('\n');
            switch (block)
            {
                case HeadingBlock { Level: 1 } title:
                    text.Append("SHORT DESCRIPTION\n").Append(Wrap(MarkdownText.Text(title), Indent));
                    break;
                case HeadingBlock heading:
                    text.Append(MarkdownText.Text(heading).ToUpperInvariant()).Append('\n');
                    break;
                case CodeBlock code:
                    text.AppendJoin('\n', MarkdownText.Lines(code).Split('\n').Select(line => Indent + Indent + line))
                        .Append('\n');
                    break;
                case Table table:
                    text.AppendJoin('\n', Rows(table));
                    break;
                default:
                    text.AppendJoin("", MarkdownText.Paragraphs([block]).Select(paragraph => Wrap(paragraph, Indent)));
                    break;
            }
        }

        return text.ToString();
    }

    // A table is too wide for a screen: each row becomes its first cell, and the others below it.
    private static IEnumerable<string> Rows(Table table)
    {
        var rows = table.Cast<TableRow>().Select(row => row.Cast<TableCell>()
            .Select(cell => string.Join(' ', MarkdownText.Paragraphs(cell))).ToList()).ToList();
        return rows.Skip(1).Select(cells => $"{Indent}{cells[0]}\n" + string.Concat(
            cells.Skip(1).Select((cell, i) => Wrap($"{rows[0][i + 1]}: {cell}", Indent + Indent))));
    }

    private static string Wrap(string paragraph, string indent)
    {
        var text = new StringBuilder();
        var line = new StringBuilder(indent);
        foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent.Length && line.Length + word.Length >= Width)
            {
                text.Append(line.ToString().TrimEnd()).Append('\n');
                line.Clear().Append(indent);
            }

            line.Append(word).Append(' ');
        }

        return text.Append(line.ToString().TrimEnd()).Append('\n').ToString();
    }
}
