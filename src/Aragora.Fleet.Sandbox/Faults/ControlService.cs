using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aragora.Fleet.Sandbox.Http;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandboxes;

namespace Aragora.Fleet.Sandbox.Faults;

/// <summary>What the sandbox answers about itself, beside the AWS endpoint, to the holder of its token.</summary>
/// <param name="token">Who holds it may ask.</param>
/// <param name="fleet">What can be struck.</param>
/// <param name="faults">The faults of calls and replies.</param>
/// <param name="hostFaults">The faults within hosts, and those that wait.</param>
/// <param name="calls">Counts the calls.</param>
/// <param name="executions">What virtual hosts have run.</param>
internal sealed class ControlService(
    string token, FleetModel fleet, FaultSet faults, HostFaults hostFaults, AwsCallLog calls, Func<ExecutionCount> executions)
{
    /// <summary>What all its paths begin with.</summary>
    public const string Prefix = "/_sandbox/";

    public async Task<HttpResponse> AnswerAsync(HttpRequest request)
    {
        if (!IsAllowed(request.Header("Authorization") ?? ""))
            return HttpResponse.Text(401, "The sandbox's token is missing or wrong.");
        try
        {
            return (request.Method, request.Path) switch
            {
                ("GET", SandboxJson.FaultsPath) => Faults(),
                ("PUT", SandboxJson.FaultsPath) => await SetAsync(request),
                ("DELETE", SandboxJson.FaultsPath) => await ClearAsync(request),
                ("GET", Prefix + "calls") => HttpResponse.Json(200, SandboxJson.Write(calls.Counts)),
                ("GET", Prefix + "executions") => HttpResponse.Json(200, SandboxJson.Write(executions())),
                _ => HttpResponse.Text(404, "There is no such thing here."),
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return HttpResponse.Text(400, e.Message);
        }
    }

    private HttpResponse Faults() => HttpResponse.Json(200, SandboxJson.Write((SandboxFault[])[.. faults.All, .. hostFaults.All]));

    private async Task<HttpResponse> SetAsync(HttpRequest request)
    {
        var fault = FaultTargets.Known(SandboxJson.Read<SandboxFault>(request.BodyText), fleet);
        FaultSet.Check(fault);
        if (HostFaults.Concerns(fault))
            await hostFaults.SetAsync(fault);
        else
            faults.Set(fault);
        return Faults();
    }

    private async Task<HttpResponse> ClearAsync(HttpRequest request)
    {
        var name = request.Parameter("kind");
        SandboxFaultKind? kind = name.Length == 0 ? null : Enum.Parse<SandboxFaultKind>(name);
        // Those that wait first: one of them could strike in between.
        await hostFaults.ClearAsync(kind);
        faults.Clear(kind);
        return Faults();
    }

    private bool IsAllowed(string authorization) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(authorization), Encoding.UTF8.GetBytes("Bearer " + token));
}

/// <summary>What the hosts of a sandbox were given and really ran; virtual ones alone count.</summary>
/// <param name="Scripts">How many scripts they were given.</param>
/// <param name="Executions">How many steps and texts of the user's own they ran.</param>
/// <param name="Arrivals">How often steps and texts came to them: a step may be asked for again and is run once.</param>
/// <param name="MostArrivals">How often one of them came to one host at most: for a text more than 1 is a defect.</param>
internal sealed record ExecutionCount(int Scripts, int Executions, int Arrivals, int MostArrivals);
