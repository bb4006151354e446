using System.Xml;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Sts;

/// <summary>STS 2011-06-15: who is calling.</summary>
internal sealed class StsService(FleetModel fleet) : IAwsService
{
    private const string Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    public HttpResponse Answer(HttpRequest request, string region, string requestId)
    {
        var action = FormEncoding.Parse(request.BodyText).GetValueOrDefault("Action", "");
        if (action != "GetCallerIdentity")
            throw new AwsException("InvalidAction", $"Could not find operation {action} for version 2011-06-15");
        return AwsXml.Response(200, xml => WriteIdentity(xml, fleet.AccountOf(region), requestId));
    }

    private static void WriteIdentity(XmlWriter xml, string account, string requestId)
    {
        xml.WriteStartElement("GetCallerIdentityResponse", Namespace);
        xml.WriteStartElement("GetCallerIdentityResult");
        xml.WriteElementString("Arn", $"arn:aws:iam::{account}:user/sandbox");
        xml.WriteElementString("UserId", "AIDASANDBOXSANDBOX00");
        xml.WriteElementString("Account", account);
        xml.WriteEndElement();
        xml.WriteStartElement("ResponseMetadata");
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}
