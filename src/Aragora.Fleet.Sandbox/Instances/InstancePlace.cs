namespace Aragora.Fleet.Sandbox.Instances;

/// <summary>Where an instance is, from which its zone and its addresses follow.</summary>
/// <param name="Region">The region.</param>
/// <param name="RegionIndex">Its number among the regions of the sandbox.</param>
/// <param name="Index">The instance's number in the region.</param>
internal sealed record InstancePlace(string Region, int RegionIndex, int Index)
{
    private const int Zones = 3;

    // The first addresses of a subnet are AWS's own.
    private const int FirstHost = 10;

    public string Zone => Region + "abc"[Index % Zones];

    /// <summary>One /16 for a region, one /20 for a zone: no two instances of a sandbox share an address.</summary>
    public string PrivateIp
    {
        get
        {
            var host = FirstHost + (Index / Zones);
            return $"172.{31 - RegionIndex}.{(16 * (Index % Zones)) + (host / 256)}.{host % 256}";
        }
    }
}
