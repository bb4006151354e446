using System.Xml;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>Writes DescribeInstancesResponse, one reservation an instance.</summary>
internal static class InstanceXml
{
    public static void Write(
        XmlWriter xml, IReadOnlyList<SimulatedInstance> instances, string account, string? nextToken, string requestId)
    {
        xml.WriteStartElement("DescribeInstancesResponse", "http://ec2.amazonaws.com/doc/2016-11-15/");
        xml.WriteElementString("requestId", requestId);
        xml.WriteStartElement("reservationSet");
        foreach (var instance in instances)
        {
            xml.WriteStartElement("item");
            xml.WriteElementString("reservationId", "r-" + instance.Id[2..]);
            xml.WriteElementString("ownerId", account);
            xml.WriteStartElement("instancesSet");
            WriteInstance(xml, instance);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        if (nextToken is not null)
            xml.WriteElementString("nextToken", nextToken);
        xml.WriteEndElement();
    }

    private static void WriteInstance(XmlWriter xml, SimulatedInstance instance)
    {
        xml.WriteStartElement("item");
        xml.WriteElementString("instanceId", instance.Id);
        xml.WriteElementString("imageId", instance.Layout.ImageId);
        xml.WriteStartElement("instanceState");
        xml.WriteElementString("code", InstanceStateCode.Of(instance.State));
        xml.WriteElementString("name", instance.State);
        xml.WriteEndElement();
        if (!instance.IsTerminated)
        {
            xml.WriteElementString("privateDnsName", instance.PrivateDnsName);
            xml.WriteElementString("privateIpAddress", instance.PrivateIp);
            xml.WriteElementString("vpcId", "vpc-0a1b2c3d4e5f60718");
        }

        xml.WriteElementString("instanceType", "t3.large");
        xml.WriteElementString("launchTime", AwsXml.Time(instance.LaunchTime));
        xml.WriteStartElement("placement");
        xml.WriteElementString("availabilityZone", instance.Zone);
        xml.WriteElementString("tenancy", "default");
        xml.WriteEndElement();
        xml.WriteElementString("architecture", "x86_64");
        xml.WriteStartElement("tagSet");
        foreach (var (key, value) in instance.Tags)
        {
            xml.WriteStartElement("item");
            xml.WriteElementString("key", key);
            xml.WriteElementString("value", value);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}
