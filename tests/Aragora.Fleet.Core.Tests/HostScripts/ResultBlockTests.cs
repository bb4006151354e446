using System.Globalization;
using System.Text;
using CsCheck;
using Xunit;

namespace Aragora.Fleet.HostScripts;

public sealed class ResultBlockTests
{
    private const string Payload = "op probe\nexit 7\nreason two\\nlines\\tand \\\\n\nempty \nflag 1\n";

    private static readonly string s_block = Block(Payload);

    [Fact]
    public void Reads_the_values_and_the_text_after_them()
    {
        var result = ResultBlock.Read("\n\r\n" + s_block + "human text\n");

        Assert.Equal(ResultBlockState.Complete, result.State);
        Assert.Equal("two\nlines\tand \\n", result.Text("reason"));
        Assert.Equal(7, result.Number("exit"));
        Assert.True(result.Flag("flag"));
        Assert.Null(result.Text("empty"));
        Assert.Null(result.Number("op"));
        Assert.Null(result.Flag("exit"));
        Assert.Null(result.Commit("op"));
        Assert.Equal("human text\n", result.Rest);
    }

    [Fact]
    public void Reads_a_full_commit_id_and_nothing_shorter()
    {
        var result = ResultBlock.Read(Block($"disk {new string('a', 40)}\nrunning {new string('a', 39)}\n"));

        Assert.Equal(new string('a', 40), result.Commit("disk"));
        Assert.Null(result.Commit("running"));
    }

    [Fact]
    public void Every_cut_inside_the_block_is_seen_as_one()
    {
        var end = s_block.Length - 1;
        for (var length = 1; length < end; length++)
            Assert.Equal(ResultBlockState.Cut, ResultBlock.Read(s_block[..length]).State);

        Assert.Equal(ResultBlockState.Complete, ResultBlock.Read(s_block[..end]).State);
        Assert.Equal(ResultBlockState.None, ResultBlock.Read(string.Empty).State);
    }

    [Theory]
    [InlineData("--output truncated--")]
    [InlineData("\n---Output truncated---")]
    public void A_cut_that_Systems_Manager_marks_is_seen_as_one(string mark)
    {
        for (var length = s_block.Length - mark.Length; length < s_block.Length - 1; length++)
            Assert.Equal(ResultBlockState.Cut, ResultBlock.Read(s_block[..length] + mark).State);
    }

    [Fact]
    public void Text_cut_after_the_block_is_no_truncation() =>
        Assert.Equal(ResultBlockState.Complete, ResultBlock.Read(s_block + "half a li\n---Output truncated---").State);

    [Fact]
    public void No_change_of_one_character_goes_unseen()
    {
        for (var i = 0; i < s_block.Length - 1; i++)
        {
            var damaged = s_block[..i] + (s_block[i] == 'x' ? 'y' : 'x') + s_block[(i + 1)..];
            Assert.NotEqual(ResultBlockState.Complete, ResultBlock.Read(damaged).State);
        }
    }

    [Theory]
    [InlineData("op a\nop b\n")]
    [InlineData("noseparator\n")]
    [InlineData("op caf\u00e9\n")]
    public void What_no_script_writes_is_damaged(string payload) =>
        Assert.Equal(ResultBlockState.Damaged, ResultBlock.Read(Block(payload)).State);

    [Fact]
    public void A_later_version_of_the_block_is_damaged() =>
        Assert.Equal(
            ResultBlockState.Damaged,
            ResultBlock.Read(s_block.Replace("result 1 ", "result 2 ", StringComparison.Ordinal)).State);

    [Theory]
    [InlineData("")]
    [InlineData("some text\n")]
    [InlineData("warning: x\n@@aragora-result 1 0 4294967295@@\n@@aragora-end@@\n")]
    public void What_does_not_begin_with_a_block_is_none(string output)
    {
        var result = ResultBlock.Read(output);

        Assert.Equal(ResultBlockState.None, result.State);
        Assert.Equal(output, result.Rest);
    }

    [Fact]
    public void Reads_any_text_without_failing() =>
        Gen.Select(Gen.String, Gen.Int[0, s_block.Length], Gen.String).Sample(
            (before, cut, after) =>
            {
                _ = ResultBlock.Read(before);
                _ = ResultBlock.Read(s_block[..cut] + after);
                _ = ResultBlock.Read(before + s_block[cut..] + after);
                _ = ResultBlock.Read("@@aragora-result 1 " + after);
            },
            iter: 20_000);

    [HostFact("bash", "cksum")]
    public void Agrees_with_the_script_that_writes_it()
    {
        var hostile = "a\\b\nc\td\re \u00e9 '\"$(id) %s";
        var script = $"""
            OPERATION=probe
            . {Path.Combine(RepositoryFolder.HostScripts, "lib", "result.sh")}
            result_put text {ShellQuote.Quote(hostile)}
            result_put long "$(printf '%05000d' 0)" 5000
            result_put number 42
            result_emit
            """;
        var answer = HostShell.Run("bash", ["-c", script], new Dictionary<string, string>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["LC_ALL"] = "C",
        });

        Assert.Equal(string.Empty, answer.Error);
        Assert.Equal(ResultBlockState.Complete, answer.Block.State);
        Assert.Equal("a\\b\nc\td\re ?? '\"$(id) %s", answer.Block.Text("text"));
        Assert.True(answer.Block.Flag("cut"));
        Assert.Null(answer.Block.Text("long"));
        Assert.Equal(42, answer.Block.Number("number"));
    }

    private static string Block(string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"@@aragora-result 1 {payload.Length} {PosixChecksum.Of(bytes)}@@\n{payload}@@aragora-end@@\n");
    }
}
