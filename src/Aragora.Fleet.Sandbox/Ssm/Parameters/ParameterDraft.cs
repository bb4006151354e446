using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Parameters;

/// <summary>What PutParameter asks for. Cites: API reference PutParameter; user guide "parameter tiers".</summary>
internal sealed partial record ParameterDraft
{
    private const string Standard = "Standard";
    private const string Advanced = "Advanced";
    private const string Automatic = "Intelligent-Tiering";
    private const int StandardBytes = 4096;
    private const int AdvancedBytes = 8192;

    private static readonly TimeSpan s_patternLimit = TimeSpan.FromSeconds(1);

    public required string Name { get; init; }

    private string Value { get; init; } = "";

    private string? Type { get; init; }

    private string Tier { get; init; } = Standard;

    private string DataType { get; init; } = "text";

    private bool Overwrites { get; init; }

    public static ParameterDraft Parse(JsonElement arguments, string region)
    {
        var draft = new ParameterDraft
        {
            Name = ParameterName.ForWrite(arguments.RequiredText("Name"), region),
            Value = arguments.RequiredText("Value"),
            Type = arguments.Text("Type") is { } type ? ParameterType.Check(type) : null,
            Tier = arguments.Text("Tier") ?? Standard,
            DataType = arguments.Text("DataType") ?? "text",
            Overwrites = arguments.Flag("Overwrite"),
        };
        arguments.CheckLength("Description", 0, 1024);
        if (arguments.Text("KeyId") is { } key && !KeyPattern().IsMatch(key))
        {
            throw AwsException.Validation(
                "keyId", key, $"Member must satisfy regular expression pattern: {KeyPattern()}");
        }

        if (draft.Overwrites && arguments.Items("Tags").Count > 0)
        {
            throw Invalid(
                "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please "
                + "remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or "
                + "RemoveTagsFromResource.");
        }

        draft.CheckValue();
        CheckPattern(arguments.Text("AllowedPattern"), draft.Value);
        return draft;
    }

    /// <summary>The parameter that this makes of the version before, or of nothing.</summary>
    public Parameter After(Parameter? before, DateTimeOffset now)
    {
        if (before is not null && !Overwrites)
        {
            throw new AwsException(
                "ParameterAlreadyExists",
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to "
                + "true.");
        }

        if (before is not null && Type is not null && Type != before.Type)
        {
            throw new AwsException(
                "HierarchyTypeMismatchException",
                $"The type of {Name} is {before.Type}. You must create a new, unique parameter to have another.");
        }

        if (before?.Tier == Advanced && Tier == Standard)
            throw Invalid("This parameter uses the advanced-parameter tier. You can't downgrade it.");
        return new Parameter
        {
            Name = Name,
            Type = Type ?? before?.Type ?? throw Invalid("A parameter type is required when you create a parameter."),
            Value = Value,
            Tier = Tier == Automatic ? (Bytes > StandardBytes ? Advanced : before?.Tier ?? Standard) : Tier,
            DataType = DataType,
            Version = (before?.Version ?? 0) + 1,
            ModifiedAt = now,
        };
    }

    private int Bytes => Encoding.UTF8.GetByteCount(Value);

    private void CheckValue()
    {
        if (Tier is not (Standard or Advanced or Automatic))
        {
            throw AwsException.Validation(
                "tier", Tier, "Member must satisfy enum value set: [Standard, Intelligent-Tiering, Advanced]");
        }

        if (DataType is not ("text" or "aws:ec2:image" or "aws:ssm:integration"))
            throw Invalid($"The following data type is not supported: {DataType}");
        if (Value.Length == 0)
            throw AwsException.Validation("value", "", "Member must have length greater than or equal to 1");
        if (Nested().IsMatch(Value))
            throw Invalid("Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.");
        var limit = Tier == Standard ? StandardBytes : AdvancedBytes;
        if (Bytes > limit)
            throw Invalid($"{Tier} tier parameters support a maximum parameter value of {limit} characters.");
    }

    private static void CheckPattern(string? pattern, string value)
    {
        try
        {
            if (pattern is not null && !Regex.IsMatch(value, pattern, RegexOptions.None, s_patternLimit))
            {
                throw new AwsException(
                    "ParameterPatternMismatchException",
                    $"Parameter value, cannot be validated against allowedPattern: {pattern}");
            }
        }
        catch (RegexParseException)
        {
            throw new AwsException("InvalidAllowedPatternException", $"{pattern} is no regular expression.");
        }
    }

    private static AwsException Invalid(string message) => new("ValidationException", message);

    [GeneratedRegex(@"^([a-zA-Z0-9:/_-]+)\z")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"\{\{.*\}\}", RegexOptions.Singleline)]
    private static partial Regex Nested();
}
