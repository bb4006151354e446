using System.Text;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>Cuts a list into pages; the token is the offset of the next one, opaque to the client.</summary>
internal static class PageToken
{
    private const string Prefix = "aragora-page:";

    public static (IReadOnlyList<T> Page, string? NextToken) Cut<T>(
        IReadOnlyList<T> items, int maxResults, string? token, string invalidTokenCode)
    {
        var start = token is null ? 0 : Offset(token) ?? throw new AwsException(
            invalidTokenCode, "The specified token is not valid.");
        var page = items.Skip(start).Take(maxResults).ToList();
        var next = start + page.Count;
        return (page, next < items.Count ? Convert.ToBase64String(Encoding.ASCII.GetBytes(Prefix + next)) : null);
    }

    private static int? Offset(string token)
    {
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
            return null;
        var text = Encoding.ASCII.GetString(bytes, 0, length);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(text[Prefix.Length..], out var offset)
            ? offset
            : null;
    }
}
