namespace Aragora.Fleet.HostScripts;

/// <summary>The CRC that the POSIX command <c>cksum</c> prints.</summary>
public static class PosixChecksum
{
    private const uint Polynomial = 0x04C11DB7;

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> data)
    {
        var crc = 0u;
        foreach (var value in data)
            crc = Add(crc, value);
        for (var length = (uint)data.Length; length != 0; length >>= 8)
            crc = Add(crc, (byte)length);
        return ~crc;
    }

    private static uint Add(uint crc, byte value)
    {
        crc ^= (uint)value << 24;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
        return crc;
    }
}
