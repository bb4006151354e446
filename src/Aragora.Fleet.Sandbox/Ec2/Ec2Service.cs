using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>EC2 2016-11-15: what the instances are, how they are, and their reboot.</summary>
/// <param name="fleet">The instances.</param>
/// <param name="machines">What stands behind them, by their ids; behind some there is nothing to reboot.</param>
internal sealed class Ec2Service(FleetModel fleet, IReadOnlyDictionary<string, IMachine> machines) : IAwsService
{
    private const int MaxStatusIds = 100;

    public HttpResponse Answer(HttpRequest request, string region, string requestId)
    {
        var form = FormEncoding.Parse(request.BodyText);
        var action = form.GetValueOrDefault("Action", "");
        var ids = IndexedList.Parse(form, "InstanceId");
        return action switch
        {
            "DescribeInstances" => Describe(form, region, ids, requestId),
            "DescribeInstanceStatus" => DescribeStatus(form, region, ids, requestId),
            "RebootInstances" => Reboot(form, region, ids, requestId),
            _ => throw new AwsException("InvalidAction", $"The action {action} is not valid for this web service."),
        };
    }

    private static bool Flag(Dictionary<string, string> form, string name) =>
        form.GetValueOrDefault(name)?.Equals("true", StringComparison.OrdinalIgnoreCase) == true;

    private HttpResponse Describe(Dictionary<string, string> form, string region, string[] ids, string requestId)
    {
        var maxResults = InstanceSelection.MaxResults(form, ids.Length > 0);
        var known = InstanceSelection.Select(fleet.In(region), ids);
        var (page, next) = PageToken.Cut(
            InstanceFilters.Apply(known, form), maxResults, form.GetValueOrDefault("NextToken"),
            "InvalidParameterValue");
        return AwsXml.Response(200, xml => InstanceXml.Write(xml, page, fleet.AccountOf(region), next, requestId));
    }

    private HttpResponse DescribeStatus(
        Dictionary<string, string> form, string region, string[] ids, string requestId)
    {
        var maxResults = InstanceSelection.MaxResults(form, ids.Length > 0);
        if (ids.Length > MaxStatusIds)
        {
            throw new AwsException(
                "InvalidParameterValue", $"You can specify at most {MaxStatusIds} instance IDs in a request.");
        }

        var includeAll = Flag(form, "IncludeAllInstances");
        var checks = InstanceSelection.Select(fleet.In(region), ids)
            .Where(instance => includeAll || instance.State == "running")
            .Select(instance => new StatusCheck(
                instance, machines.TryGetValue(instance.Id, out var machine) && machine.IsRebooting))
            .ToList();
        var (page, next) = PageToken.Cut(
            FormFilters.Apply(checks, form, StatusCheck.Selector), maxResults, form.GetValueOrDefault("NextToken"),
            "InvalidParameterValue");
        return AwsXml.Response(200, xml => StatusCheck.Write(xml, page, next, requestId));
    }

    private HttpResponse Reboot(Dictionary<string, string> form, string region, string[] ids, string requestId)
    {
        if (ids.Length == 0)
            throw new AwsException("MissingParameter", "The request must contain the parameter InstanceId");
        var instances = InstanceSelection.Select(fleet.In(region), ids);
        if (Flag(form, "DryRun"))
        {
            throw new AwsException(
                "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", status: 412);
        }

        // "Requests to reboot terminated instances are ignored."
        foreach (var instance in instances.Where(instance => instance.State == "running"))
            machines.GetValueOrDefault(instance.Id)?.Reboot();
        return AwsXml.Response(200, xml =>
        {
            xml.WriteStartElement("RebootInstancesResponse", "http://ec2.amazonaws.com/doc/2016-11-15/");
            xml.WriteElementString("requestId", requestId);
            xml.WriteElementString("return", "true");
            xml.WriteEndElement();
        });
    }
}
