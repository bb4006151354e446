using System.Collections;
using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Loading;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Connects the session to a fleet in AWS, or to an embedded one that it starts. Verifies the credentials.</summary>
[Cmdlet(VerbsCommunications.Connect, "AragoraFleet", DefaultParameterSetName = AwsSet)]
[OutputType(typeof(FleetInfo))]
public sealed class ConnectAragoraFleetCommand : AsyncCmdlet
{
    private const string AwsSet = "Aws";
    private const string SandboxSet = "Sandbox";
    private const string VirtualSet = "Virtual";
    private const string RunbookRegion = "us-east-2";
    private const string SandboxEnvironment = "production";

    // An embedded host is up in a second; waiting ten for it to stay up would teach nothing.
    private static readonly TimeSpan s_sandboxSettleTime = TimeSpan.FromSeconds(1);

    private FleetConnection? _connection;
    private FleetSettings _settings = new();
    private bool _namesHostCount;

    /// <summary>The environment that all cmdlets keep to: production, staging, dr.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    public string? Environment { get; set; }

    /// <summary>
    /// The regions that hold the fleet; AWS_REGION, AWS_DEFAULT_REGION or us-east-2 where it is left out. An embedded
    /// fleet is spread over them, us-east-2 alone where it is left out.
    /// </summary>
    [Parameter(ParameterSetName = AwsSet)]
    [Parameter(ParameterSetName = SandboxSet)]
    [Parameter(ParameterSetName = VirtualSet)]
    [ValidateNotNullOrEmpty]
    [ValidateCount(1, 16)]
    [ArgumentCompleter(typeof(RegionCompleter))]
    public string[]? Region { get; set; }

    /// <summary>The AWS profile; the SDK's own chain where it is left out.</summary>
    [Parameter(ParameterSetName = AwsSet)]
    [ValidateNotNullOrEmpty]
    public string? ProfileName { get; set; }

    /// <summary>An endpoint for all services in place of AWS's own.</summary>
    [Parameter(ParameterSetName = AwsSet)]
    public Uri? EndpointUrl { get; set; }

    /// <summary>Starts an embedded fleet and connects to it: no AWS account is needed.</summary>
    [Parameter(ParameterSetName = SandboxSet, Mandatory = true)]
    [Parameter(ParameterSetName = VirtualSet, Mandatory = true)]
    public SwitchParameter Sandbox { get; set; }

    /// <summary>How many live hosts the embedded fleet has, which execute every script; they need Linux.</summary>
    [Parameter(ParameterSetName = SandboxSet)]
    [ValidateRange(1, SandboxOptions.MaxLiveHosts)]
    public int HostCount { get; set; } = 4;

    /// <summary>How many virtual hosts the embedded fleet has, which answer from a model and run on any system.</summary>
    [Parameter(ParameterSetName = VirtualSet, Mandatory = true)]
    [ValidateRange(1, SandboxOptions.MaxVirtualHosts)]
    public int VirtualHost { get; set; }

    /// <summary>How many of the hosts run from a package; the others have a checkout.</summary>
    [Parameter(ParameterSetName = SandboxSet)]
    [Parameter(ParameterSetName = VirtualSet)]
    [ValidateRange(0, SandboxOptions.MaxVirtualHosts)]
    public int PackageHost { get; set; }

    /// <summary>What differs in this fleet from the runbook: the settings by name.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? Settings { get; set; }

    /// <inheritdoc/>
    protected override void OnBegin()
    {
        _settings = SettingsTable.Apply(
            Sandbox ? new FleetSettings { SettleTime = s_sandboxSettleTime } : new FleetSettings(), Settings ?? []);
        _namesHostCount = MyInvocation.BoundParameters.ContainsKey(nameof(HostCount));
        if (!Sandbox && (VirtualHost > 0 || PackageHost > 0 || _namesHostCount))
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                "Hosts of an embedded fleet are asked for, and -Sandbox says that it is not meant.",
                "Leave out -HostCount, -VirtualHost and -PackageHost to connect to AWS.",
                nameof(Sandbox));
        }

        var hosts = VirtualHost > 0 ? VirtualHost : HostCount;
        if (PackageHost > hosts)
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                $"{PackageHost} hosts are to run from a package, but the fleet has {hosts}.",
                "Give -PackageHost no more than -HostCount or -VirtualHost.",
                nameof(PackageHost));
        }
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        _connection = Sandbox
            ? await StartSandboxAsync(sink, cancellationToken).ConfigureAwait(false)
            : await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await sink.RunAsync(() => FleetSession.Set(_connection)).ConfigureAwait(false);
        await sink.EmitAsync(FleetInfo.From(_connection)).ConfigureAwait(false);
    }

    private async Task<FleetConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (EndpointUrl is { } url && !(url.IsAbsoluteUri && url.Scheme is "http" or "https"))
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                $"'{url}' is no endpoint.",
                "Give an absolute address such as http://127.0.0.1:4599.",
                url);
        }

        string[] regions = [.. (Region ?? [RegionFromEnvironment() ?? RunbookRegion]).Distinct(StringComparer.Ordinal)];
        var backend = ModulePlugins.Backend.Instance.Create(
            new BackendOptions { ProfileName = ProfileName, EndpointUrl = EndpointUrl ?? EndpointFromEnvironment() });
        return await VerifyAsync(backend, regions, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<FleetConnection> StartSandboxAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var factory = ModulePlugins.Sandbox.Instance;
        var (options, warning) = SandboxChoice.Of(
            _namesHostCount ? HostCount : null, VirtualHost > 0 ? VirtualHost : null, factory.WhyNoLiveHosts);
        if (warning is not null)
            sink.Warning(warning);
        sink.Progress(new ProgressRecord(0, "Starting the embedded fleet", options.VirtualHostCount > 0
            ? $"{options.VirtualHostCount} virtual hosts"
            : $"{options.HostCount} hosts"));
        var sandbox = await factory.StartAsync(
            options with { Regions = [.. (Region ?? []).Distinct(StringComparer.Ordinal)], PackageHostCount = PackageHost },
            cancellationToken).ConfigureAwait(false);
        try
        {
            var backend = ModulePlugins.Backend.Instance.Create(
                new BackendOptions { EndpointUrl = sandbox.Endpoint, AccessKey = sandbox.AccessKey });
            Environment ??= SandboxEnvironment;
            return await VerifyAsync(backend, [.. sandbox.Regions], sandbox, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<FleetConnection> VerifyAsync(
        IFleetBackend backend,
        string[] regions,
        ISandbox? sandbox,
        CancellationToken cancellationToken)
    {
        try
        {
            CallerIdentity? identity = null;
            foreach (var region in regions)
            {
                identity = await backend.GetCallerIdentityAsync(region, cancellationToken).ConfigureAwait(false);
            }

            return new FleetConnection
            {
                Environment = Environment,
                Regions = regions,
                Backend = backend,
                Identity = identity!,
                Sandbox = sandbox,
                Settings = _settings,
                Endpoint = sandbox?.Endpoint ?? EndpointUrl ?? EndpointFromEnvironment(),
            };
        }
        catch
        {
            await backend.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // The .NET SDK reads the first of the two only, and signs for us-east-1 where there is none.
    private static string? RegionFromEnvironment() => Read("AWS_REGION") ?? Read("AWS_DEFAULT_REGION");

    // Read here and not left to the SDK, which keeps what it read first for the life of the process.
    private static Uri? EndpointFromEnvironment() =>
        Uri.TryCreate(Read("AWS_ENDPOINT_URL"), UriKind.Absolute, out var url) ? url : null;

    private static string? Read(string variable) =>
        System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
