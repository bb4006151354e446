using System.Text;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Hosts;

namespace Aragora.Fleet.Sandbox.App;

/// <summary>The bodies of answers.json, which the application on hosts with systemd gives as well.</summary>
internal static class AnswerBodies
{
    private static readonly Dictionary<string, string> s_texts = Read();

    /// <summary>A body by its name, with <c>@name@</c> replaced by text and <c>"#name#"</c> by JSON.</summary>
    public static string Fill(string name, IEnumerable<(string Name, string Value)> values)
    {
        var text = new StringBuilder(s_texts[name]);
        foreach (var (key, value) in values)
            text.Replace(key.StartsWith('#') ? $"\"{key}\"" : key, value);
        return text.ToString();
    }

    private static Dictionary<string, string> Read()
    {
        using var answers = JsonDocument.Parse(EmbeddedFile.Read("app/answers.json"));
        return answers.RootElement.EnumerateObject()
            .ToDictionary(answer => answer.Name, answer => JsonSerializer.Serialize(answer.Value));
    }
}
