using System.Text;
using System.Xml;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>The XML answers of the form protocols.</summary>
internal static class AwsXml
{
    private static readonly XmlWriterSettings s_settings = new() { Encoding = new UTF8Encoding(false) };

    public static HttpResponse Response(int status, Action<XmlWriter> write)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, s_settings))
            write(xml);
        return new HttpResponse(status, "text/xml;charset=UTF-8", stream.ToArray());
    }

    /// <summary>ISO 8601 in UTC with milliseconds.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
