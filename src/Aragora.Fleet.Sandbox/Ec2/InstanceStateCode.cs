namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>The low byte of a state's code.</summary>
internal static class InstanceStateCode
{
    public static string Of(string state) => state switch
    {
        "pending" => "0",
        "running" => "16",
        "shutting-down" => "32",
        "terminated" => "48",
        "stopping" => "64",
        _ => "80",
    };
}
