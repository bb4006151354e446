namespace Aragora.Fleet.Packaging.Help;

/// <summary>One page of docs/en-US: the help of one cmdlet, in the Markdown schema 2.0.0 of PlatyPS.</summary>
internal sealed record HelpPage
{
    /// <summary>The fields before the text, such as <c>online version</c>.</summary>
    public required IReadOnlyDictionary<string, string> Header { get; init; }

    /// <summary>The cmdlet.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, in one sentence.</summary>
    public required string Synopsis { get; init; }

    /// <summary>One line for each parameter set.</summary>
    public required IReadOnlyList<string> Syntax { get; init; }

    /// <summary>Paragraphs.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>From simple to automation.</summary>
    public required IReadOnlyList<HelpExample> Examples { get; init; }

    /// <summary>All but the common ones.</summary>
    public required IReadOnlyList<HelpParameter> Parameters { get; init; }

    /// <summary>What the pipeline brings.</summary>
    public required IReadOnlyList<HelpType> Inputs { get; init; }

    /// <summary>What comes out.</summary>
    public required IReadOnlyList<HelpType> Outputs { get; init; }

    /// <summary>Paragraphs; they name the error ids.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Text and address; the address is empty where there is none.</summary>
    public required IReadOnlyList<(string Text, string Address)> Links { get; init; }
}

/// <summary>An example: code and what it shows.</summary>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>A type with the meaning of its members.</summary>
internal sealed record HelpType(string Name, IReadOnlyList<string> Text);

/// <summary>A parameter: its text, and one block of fields for each group of parameter sets.</summary>
internal sealed record HelpParameter(
    string Name, IReadOnlyList<string> Text, IReadOnlyList<IReadOnlyDictionary<string, string>> Blocks)
{
    /// <summary>What stands for all parameter sets.</summary>
    public const string AllSets = "(All)";

    /// <summary>The parameter sets of one block.</summary>
    public static IEnumerable<string> Sets(IReadOnlyDictionary<string, string> block) =>
        block["Parameter Sets"].Split(',', StringSplitOptions.TrimEntries);

    /// <summary>The block that holds in a parameter set; null where the parameter is not of that set.</summary>
    public IReadOnlyDictionary<string, string>? In(string set) =>
        Blocks.FirstOrDefault(block => Sets(block).Any(name => name == AllSets || name == set));
}
