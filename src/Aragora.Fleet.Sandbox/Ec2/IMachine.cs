namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>What stands behind an instance and can be rebooted.</summary>
internal interface IMachine
{
    /// <summary>Whether a reboot is under way.</summary>
    bool IsRebooting { get; }

    /// <summary>Begins a reboot, and does not wait for its end.</summary>
    void Reboot();
}
