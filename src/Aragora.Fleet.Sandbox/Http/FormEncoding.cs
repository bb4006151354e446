namespace Aragora.Fleet.Sandbox.Http;

/// <summary>application/x-www-form-urlencoded, of a query or of a body.</summary>
internal static class FormEncoding
{
    public static Dictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Pairs(text))
            values[name] = value;
        return values;
    }

    public static IEnumerable<(string Name, string Value)> Pairs(string text)
    {
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0
                ? (Decode(pair), "")
                : (Decode(pair[..equals]), Decode(pair[(equals + 1)..]));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
