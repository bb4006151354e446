using System.Net.Http.Headers;
using System.Net.Http.Json;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>What an embedded fleet of virtual hosts counts of itself.</summary>
internal static class SandboxTally
{
    /// <summary>How often an API action was called.</summary>
    public static async Task<int> CallsAsync(ISandbox sandbox, string action) =>
        (await GetAsync<Dictionary<string, int>>(sandbox, "/_sandbox/calls")).GetValueOrDefault(action);

    /// <summary>What came to the hosts, and what they ran of it.</summary>
    public static Task<HostCounts> HostsAsync(ISandbox sandbox) =>
        GetAsync<HostCounts>(sandbox, "/_sandbox/executions");

    private static async Task<T> GetAsync<T>(ISandbox sandbox, string path)
    {
        using var control = new HttpClient { BaseAddress = sandbox.Endpoint };
        control.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", sandbox.ControlToken);
        return (await control.GetFromJsonAsync<T>(path))!;
    }
}

/// <summary>The counts of all virtual hosts together; arrivals are of steps and of texts of the user's own.</summary>
internal sealed record HostCounts(int Scripts, int Executions, int Arrivals, int MostArrivals);
