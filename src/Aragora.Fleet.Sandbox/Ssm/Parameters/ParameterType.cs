using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Parameters;

/// <summary>The types of a parameter, as the API spells them.</summary>
internal static class ParameterType
{
    public const string Text = "String";
    public const string List = "StringList";
    public const string Secret = "SecureString";

    public static string Check(string type) => type is Text or List or Secret
        ? type
        : throw AwsException.Validation(
            "type", type, "Member must satisfy enum value set: [SecureString, StringList, String]");
}
