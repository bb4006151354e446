using System.Text;

namespace Aragora.Fleet.Sandbox.Http;

/// <summary>One request, its body read to the end.</summary>
internal sealed record HttpRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public string BodyText => Encoding.UTF8.GetString(Body);

    /// <summary>The value of a query parameter; empty when it is absent.</summary>
    public string Parameter(string name) => FormEncoding.Parse(Query).GetValueOrDefault(name, "");
}
