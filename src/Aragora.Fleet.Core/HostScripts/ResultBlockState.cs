namespace Aragora.Fleet.HostScripts;

/// <summary>How much of a result block an output holds. Only a complete one tells anything about the host.</summary>
public enum ResultBlockState
{
    /// <summary>The output does not begin with a block: the script was killed, or another one ran.</summary>
    None,

    /// <summary>The output ends within the block.</summary>
    Cut,

    /// <summary>The block is all there but not as it was written: checksum, end line or version is wrong.</summary>
    Damaged,

    /// <summary>The block is whole.</summary>
    Complete,
}
