using System.Xml;
using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>The status checks of one instance, as DescribeInstanceStatus tells them.</summary>
internal sealed record StatusCheck(SimulatedInstance Instance, bool IsRebooting)
{
    private const string NotApplicable = "not-applicable";

    private bool IsRunning => Instance.State == "running";

    /// <summary>A reboot does not change the state, but the checks of the instance begin anew.</summary>
    private string InstanceStatus => !IsRunning ? NotApplicable : IsRebooting ? "initializing" : "ok";

    private string InstanceReachability => IsRebooting ? "initializing" : "passed";

    private string SystemStatus => IsRunning ? "ok" : NotApplicable;

    /// <summary>The filters of DescribeInstanceStatus. There are no scheduled events to match.</summary>
    public static Func<StatusCheck, IEnumerable<string>>? Selector(string name) => name switch
    {
        "availability-zone" => check => [check.Instance.Zone],
        "instance-state-name" => check => [check.Instance.State],
        "instance-state-code" => check => [InstanceStateCode.Of(check.Instance.State)],
        "instance-status.status" => check => [check.InstanceStatus],
        "instance-status.reachability" => check => check.IsRunning ? [check.InstanceReachability] : [],
        "system-status.status" => check => [check.SystemStatus],
        "system-status.reachability" => check => check.IsRunning ? ["passed"] : [],
        "event.code" or "event.description" or "event.instance-event-id" or "event.not-after" or "event.not-before"
            or "event.not-before-deadline" => _ => [],
        _ => null,
    };

    public static void Write(XmlWriter xml, IReadOnlyList<StatusCheck> checks, string? nextToken, string requestId)
    {
        xml.WriteStartElement("DescribeInstanceStatusResponse", "http://ec2.amazonaws.com/doc/2016-11-15/");
        xml.WriteElementString("requestId", requestId);
        xml.WriteStartElement("instanceStatusSet");
        foreach (var check in checks)
            check.Write(xml);
        xml.WriteEndElement();
        if (nextToken is not null)
            xml.WriteElementString("nextToken", nextToken);
        xml.WriteEndElement();
    }

    private void Write(XmlWriter xml)
    {
        xml.WriteStartElement("item");
        xml.WriteElementString("instanceId", Instance.Id);
        xml.WriteElementString("availabilityZone", Instance.Zone);
        xml.WriteStartElement("instanceState");
        xml.WriteElementString("code", InstanceStateCode.Of(Instance.State));
        xml.WriteElementString("name", Instance.State);
        xml.WriteEndElement();
        Write(xml, "systemStatus", SystemStatus, "passed");
        Write(xml, "instanceStatus", InstanceStatus, InstanceReachability);
        xml.WriteEndElement();
    }

    private void Write(XmlWriter xml, string name, string status, string reachability)
    {
        xml.WriteStartElement(name);
        xml.WriteElementString("status", status);
        if (IsRunning)
        {
            xml.WriteStartElement("details");
            xml.WriteStartElement("item");
            xml.WriteElementString("name", "reachability");
            xml.WriteElementString("status", reachability);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }
}
