using System.Text.RegularExpressions;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>EC2 2016-11-15: DescribeInstances.</summary>
internal sealed partial class Ec2Service(FleetModel fleet) : IAwsService
{
    private const int DefaultPage = 1000;

    public HttpResponse Answer(HttpRequest request, string region, string requestId)
    {
        var form = FormEncoding.Parse(request.BodyText);
        var action = form.GetValueOrDefault("Action", "");
        if (action != "DescribeInstances")
            throw new AwsException("InvalidAction", $"The action {action} is not valid for this web service.");

        var ids = IndexedList.Parse(form, "InstanceId");
        var maxResults = MaxResults(form, ids.Length > 0);
        var known = Select(fleet.In(region), ids);
        var (page, next) = PageToken.Cut(
            InstanceFilters.Apply(known, form), maxResults, form.GetValueOrDefault("NextToken"),
            "InvalidParameterValue");
        return AwsXml.Response(200, xml => InstanceXml.Write(xml, page, next, requestId));
    }

    private static int MaxResults(Dictionary<string, string> form, bool hasIds)
    {
        if (!form.TryGetValue("MaxResults", out var text))
            return DefaultPage;
        if (hasIds)
        {
            throw new AwsException(
                "InvalidParameterCombination",
                "The parameter instancesSet cannot be used with the parameter maxResults");
        }

        if (!int.TryParse(text, out var value) || value is < 5 or > 1000)
        {
            throw new AwsException(
                "InvalidParameterValue", $"Value ( {text} ) for parameter maxResults is invalid. Expecting a value "
                + "between 5 and 1000.");
        }

        return value;
    }

    private static IReadOnlyList<SimulatedInstance> Select(IReadOnlyList<SimulatedInstance> known, string[] ids)
    {
        if (ids.Length == 0)
            return known;
        if (Array.Find(ids, id => !InstanceId().IsMatch(id)) is { } malformed)
            throw new AwsException("InvalidInstanceID.Malformed", $"Invalid id: \"{malformed}\"");
        var missing = ids.Except(known.Select(instance => instance.Id)).ToList();
        return missing.Count switch
        {
            0 => [.. known.Where(instance => ids.Contains(instance.Id))],
            1 => throw new AwsException(
                "InvalidInstanceID.NotFound", $"The instance ID '{missing[0]}' does not exist"),
            _ => throw new AwsException(
                "InvalidInstanceID.NotFound", $"The instance IDs '{string.Join(", ", missing)}' do not exist"),
        };
    }

    [GeneratedRegex("^i-([0-9a-f]{8}|[0-9a-f]{17})$")]
    private static partial Regex InstanceId();
}
