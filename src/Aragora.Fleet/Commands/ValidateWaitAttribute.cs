using System.Management.Automation;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>
/// A length of time that a host can wait: none, unless that is no answer, or from a millisecond to a day. PowerShell reads a bare number as ticks of
/// 100 ns, so <c>-SettleTime 10</c> would wait for nothing; what is that short is a mistake.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ValidateWaitAttribute : ValidateArgumentsAttribute
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Whether not to wait at all makes sense.</summary>
    public bool AllowsNone { get; init; } = true;

    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        if (arguments is TimeSpan wait && !(AllowsNone && wait == TimeSpan.Zero) && (wait < s_shortest || wait > s_longest))
        {
            throw new ValidationMetadataException(
                $"'{wait}' is no time to wait: give it as hours:minutes:seconds, such as 0:0:10 for ten seconds, a day at most.");
        }
    }
}
