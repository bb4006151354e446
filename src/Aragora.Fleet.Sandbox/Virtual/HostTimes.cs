namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>
/// How long hosts take: a log-normal distribution, in which most are near the middle and a few are late, as on a fleet.
/// The same seed, host and turn give the same time.
/// </summary>
internal sealed class HostTimes(TimeSpan median, int seed)
{
    private const double Spread = 0.5;
    private const double Longest = 8;

    public TimeSpan Of(int host, int turn)
    {
        var state = ((ulong)(uint)seed << 40) ^ ((ulong)(uint)host << 20) ^ (uint)turn;
        // Box and Muller make a normal number of two even ones.
        var normal = Math.Sqrt(-2 * Math.Log(1 - Next(ref state))) * Math.Cos(2 * Math.PI * Next(ref state));
        return median * Math.Min(Math.Exp(Spread * normal), Longest);
    }

    // SplitMix64: a generator without a table to fill, since each number is asked for by itself.
    private static double Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
    }
}
