using System.Text;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Health;

/// <summary>What the endpoints behind a token leave of a verdict.</summary>
public sealed class GuardedEndpointsTests
{
    private static readonly string[] s_names = ["full", "detailed", "deep", "stores", "database"];

    [Theory]
    [InlineData("000", null, "no HTTP answer in time")]
    [InlineData("200", null, "HTTP 200 without a status")]
    [InlineData("200", "odd", "HTTP 200, status 'odd'")]
    public void One_that_gives_no_answer_is_a_doubt(string code, string? status, string evidence)
    {
        var doubt = GuardedEndpoints.Doubt(Block(code, status));

        Assert.Equal($"/api/health, asked with the token, {evidence}.", doubt);
    }

    [Theory]
    [InlineData("404", null)]
    [InlineData("200", "healthy")]
    [InlineData("503", "degraded")]
    public void One_that_answers_or_is_not_there_is_none(string code, string? status) =>
        Assert.Null(GuardedEndpoints.Doubt(Block(code, status)));

    private static ResultBlock Block(string code, string? status)
    {
        var lines = new StringBuilder("token ok\n");
        foreach (var name in s_names)
        {
            lines.Append($"{name}.code {code}\n");
            if (status is not null)
            {
                lines.Append($"{name}.status {status}\n{name}.checks 1\n");
            }
        }

        var text = lines.ToString();
        return ResultBlock.Read(
            $"@@aragora-result 1 {text.Length} {PosixChecksum.Of(Encoding.ASCII.GetBytes(text))}@@\n{text}@@aragora-end@@\n");
    }
}
