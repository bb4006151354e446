using System.Text;
using System.Text.Json;
using System.Xml;
using Aragora.Fleet.Sandbox.Http;

namespace Aragora.Fleet.Sandbox.Wire;

/// <summary>Writes a refusal as each protocol does.</summary>
internal static class ErrorBody
{
    public static HttpResponse Write(AwsProtocol protocol, AwsException error, string requestId) => protocol switch
    {
        AwsProtocol.Json => AwsJson.Response(error.Status, json =>
        {
            json.WriteString("__type", error.Code);
            json.WriteString("message", error.Message);
        }),
        AwsProtocol.Ec2 => AwsXml.Response(error.Status, xml => WriteEc2(xml, error, requestId)),
        _ => AwsXml.Response(error.Status, xml => WriteQuery(xml, error, requestId)),
    };

    private static void WriteEc2(XmlWriter xml, AwsException error, string requestId)
    {
        xml.WriteStartElement("Response");
        xml.WriteStartElement("Errors");
        xml.WriteStartElement("Error");
        xml.WriteElementString("Code", error.Code);
        xml.WriteElementString("Message", error.Message);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteElementString("RequestID", requestId);
        xml.WriteEndElement();
    }

    private static void WriteQuery(XmlWriter xml, AwsException error, string requestId)
    {
        xml.WriteStartElement("ErrorResponse", "https://sts.amazonaws.com/doc/2011-06-15/");
        xml.WriteStartElement("Error");
        xml.WriteElementString("Type", error.Status < 500 ? "Sender" : "Receiver");
        xml.WriteElementString("Code", error.Code);
        xml.WriteElementString("Message", error.Message);
        xml.WriteEndElement();
        xml.WriteElementString("RequestId", requestId);
        xml.WriteEndElement();
    }
}
