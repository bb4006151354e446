using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Core.Tests.Locks;

/// <summary>Parameter Store in memory, on a clock of its own: the service's is never the client's.</summary>
internal sealed class FakeParameterStore(TimeProvider time) : IParameterStore
{
    /// <summary>By how much the service's clock is ahead.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromHours(5);

    private readonly object _gate = new();
    private readonly SortedDictionary<(string Region, string Name), StoredParameter> _items = [];

    /// <summary>Called before each call, with what it does and to which name: throws, or waits.</summary>
    public Func<string, string, Task> OnCall { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Called after each call was carried out and before it is answered.</summary>
    public Func<string, string, Task> OnAnswer { get; set; } = (_, _) => Task.CompletedTask;

    public List<string> Calls { get; } = [];

    public DateTimeOffset Now => time.GetUtcNow() + Skew;

    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _items.Values.Select(item => item.Name)];
            }
        }
    }

    public IReadOnlyList<string> Entries => [.. Names.Where(name => name.Contains("/lock/", StringComparison.Ordinal))];

    public static FleetException Failure(FailureKind kind) => new(kind, $"{kind} of the fake.", "Nothing.");

    public async Task<long?> PutAsync(
        string region, string name, string value, ParameterWrite write, CancellationToken cancellationToken)
    {
        await BeginAsync("put", name, cancellationToken);
        long? version;
        lock (_gate)
        {
            var before = _items.GetValueOrDefault((region, name));
            version = write == ParameterWrite.Replace || (before is null) == (write == ParameterWrite.Create)
                ? (before?.Version ?? 0) + 1
                : null;
            if (version is { } number)
            {
                _items[(region, name)] = new StoredParameter(name, value, number, Now);
            }
        }

        await OnAnswer("put", name);
        return version;
    }

    public async Task<ParameterListing> ListAsync(string region, string path, CancellationToken cancellationToken)
    {
        await BeginAsync("list", path, cancellationToken);
        ParameterListing listing;
        lock (_gate)
        {
            listing = new ParameterListing(
                [.. _items.Where(item => item.Key.Region == region
                        && item.Key.Name.StartsWith(path + "/", StringComparison.Ordinal))
                    .Select(item => item.Value)],
                Now);
        }

        await OnAnswer("list", path);
        return listing;
    }

    public async Task DeleteAsync(string region, string name, CancellationToken cancellationToken)
    {
        await BeginAsync("delete", name, cancellationToken);
        lock (_gate)
        {
            _items.Remove((region, name));
        }

        await OnAnswer("delete", name);
    }

    private Task BeginAsync(string what, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Calls.Add($"{what} {name}");
        }

        return OnCall(what, name).WaitAsync(cancellationToken);
    }
}
