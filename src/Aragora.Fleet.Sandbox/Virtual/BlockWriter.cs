using System.Globalization;
using System.Text;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>Writes a result block as lib/result.sh does: the same lines, the same cuts, the same checksum.</summary>
internal sealed class BlockWriter
{
    private const int Limit = 2230;
    private const int MaxValue = 400;

    private readonly StringBuilder _text = new();
    private bool _isCut;

    public BlockWriter(string operation, string host)
    {
        Put("op", operation);
        Put("host", host, 64);
    }

    /// <summary>How much of the block is used.</summary>
    public int Length => _text.Length;

    /// <summary>The bytes that all lines may have together.</summary>
    public static int Capacity => Limit;

    /// <summary>Adds a line; what does not fit is left out, and <c>cut 1</c> says so.</summary>
    public void Put(string key, string value, int most = MaxValue)
    {
        var line = $"{key} {Escape(Head(value, most))}\n";
        if (_text.Length + line.Length <= Limit)
        {
            _text.Append(line);
        }
        else if (!_isCut)
        {
            _isCut = true;
            _text.Append("cut 1\n");
        }
    }

    /// <summary>Adds as much of a value as a line of some bytes, and what the block has left, can hold.</summary>
    public void Fit(string key, string value, int most)
    {
        most = Math.Min(most, Limit - _text.Length) - key.Length - 2;
        if (most <= 0)
            return;
        var text = Head(value, most);
        for (var escaped = Escape(text); escaped.Length > most; escaped = Escape(text))
            text = text[..(text.Length - ((escaped.Length - most + 1) / 2))];
        Put(key, text, most);
    }

    /// <summary>The block as it stands at the head of standard output.</summary>
    public override string ToString()
    {
        var text = _text.ToString();
        var sum = PosixChecksum.Of(Encoding.ASCII.GetBytes(text)).ToString(CultureInfo.InvariantCulture);
        return $"@@aragora-result 1 {text.Length} {sum}@@\n{text}@@aragora-end@@\n";
    }

    private static string Head(string value, int most) => value.Length > most ? value[..most] : value;

    private static string Escape(string value)
    {
        var line = new StringBuilder(value.Length);
        foreach (var character in value)
        {
            _ = character switch
            {
                '\\' => line.Append(@"\\"),
                '\n' => line.Append(@"\n"),
                '\r' => line.Append(@"\r"),
                '\t' => line.Append(@"\t"),
                >= ' ' and <= '~' => line.Append(character),
                _ => line.Append('?'),
            };
        }

        return line.ToString();
    }
}
