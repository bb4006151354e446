using System.Globalization;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.Rollouts.Gates;

/// <summary>A number of hosts, given as such or as a percentage of all hosts of the plan.</summary>
/// <param name="Value">The number, or the percentage.</param>
/// <param name="IsPercent">Whether it is a percentage.</param>
public readonly record struct HostCount(int Value, bool IsPercent)
{
    /// <summary>No host at all.</summary>
    public static HostCount None => new(0, false);

    /// <summary>Reads <c>3</c> or <c>75%</c>.</summary>
    /// <param name="text">What the user gave.</param>
    /// <param name="parameter">Its parameter, for the error.</param>
    /// <exception cref="FleetException">HostCountInvalid.</exception>
    public static HostCount Parse(string text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text);
        var isPercent = text.EndsWith('%');
        var digits = isPercent ? text[..^1] : text;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && (!isPercent || value <= 100)
            ? new HostCount(value, isPercent)
            : throw new FleetException(
                FailureKind.HostCountInvalid,
                $"'{text}' is no number of hosts.",
                $"Give a count, or a percentage from 0% to 100%, such as -{parameter} 3 or -{parameter} 75%.",
                text);
    }

    /// <summary>How many of so many hosts that must hold: a percentage is rounded up.</summary>
    public int AtLeast(int hosts) => IsPercent ? (int)((((long)hosts * Value) + 99) / 100) : Value;

    /// <summary>How many of so many hosts that may go wrong: a percentage is rounded down.</summary>
    public int AtMost(int hosts) => IsPercent ? (int)((long)hosts * Value / 100) : Value;

    /// <inheritdoc/>
    public override string ToString() =>
        Value.ToString(CultureInfo.InvariantCulture) + (IsPercent ? "%" : "");
}
