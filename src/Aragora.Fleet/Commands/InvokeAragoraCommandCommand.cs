using System.Management.Automation;
using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Completion;
using Aragora.Fleet.PowerShell.Pipeline;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>Runs a bash script of the user's own on hosts and brings its output back whole.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "AragoraCommand", SupportsShouldProcess = true, DefaultParameterSetName = TextSet)]
[OutputType(typeof(CommandResult))]
public sealed class InvokeAragoraCommandCommand : HostChangeCmdlet
{
    private const string TextSet = "Text";
    private const string FileSet = "File";
    private static readonly TimeSpan s_shortestDelivery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_shortestExecution = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(48);

    private string? _text;

    /// <summary>The hosts by EC2 instance id. The script comes first here, as in <c>Invoke-Command</c> behind a pipe.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(InstanceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public override string[]? InstanceId { get; set; }

    /// <summary>The script. It runs as root under bash, or under an interpreter line of its own.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = TextSet)]
    [Alias("Text")]
    [ValidateNotNullOrEmpty]
    public string? Script { get; set; }

    /// <summary>A file with the script.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Within this a host must take the script up, 30 seconds to 48 hours; 60 seconds where it is left out.</summary>
    [Parameter]
    public TimeSpan DeliveryTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>After this the script is killed, 5 seconds to 48 hours; 10 minutes where it is left out.</summary>
    [Parameter]
    public TimeSpan ExecutionTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Sends and does not wait for the hosts.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Lets the script run in a sandbox that cannot isolate its hosts from this computer.</summary>
    [Parameter]
    public SwitchParameter AllowLocalExecution { get; set; }

    private protected override string Activity => "Running a command";

    /// <inheritdoc/>
    protected override void OnEnd()
    {
        base.OnEnd();
        CheckTimeout(DeliveryTimeout, s_shortestDelivery, nameof(DeliveryTimeout));
        CheckTimeout(ExecutionTimeout, s_shortestExecution, nameof(ExecutionTimeout));
        if (Connection.Sandbox is { IsIsolated: false } && !AllowLocalExecution)
        {
            throw new FleetException(
                FailureKind.LocalExecutionRefused,
                "The hosts of this sandbox are folders on this computer: the script would run here, as you.",
                "Add -AllowLocalExecution if that is what you want.",
                Connection.Endpoint);
        }

        _text = Script ?? ReadFile();
    }

    private protected override async Task RunAsync(PipelineSink sink, CancellationToken cancellationToken)
    {
        var services = Services(sink);
        var resolved = await ResolveAsync(services, cancellationToken).ConfigureAwait(false);
        foreach (var failure in resolved.Select(r => r.Failure).OfType<FleetException>())
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }

        var targets = new List<HostTarget>();
        foreach (var target in resolved.Where(r => r.Failure is null).Select(r => r.Target!))
        {
            if (await sink.ConfirmAsync(target.ToString(), "Run a script as root").ConfigureAwait(false))
            {
                targets.Add(target);
            }
        }

        if (targets.Count == 0)
        {
            return;
        }

        var command = new UserCommand
        {
            Targets = targets,
            Text = _text!,
            DeliveryTimeout = DeliveryTimeout,
            ExecutionTimeout = ExecutionTimeout,
            Reason = Reason ?? "",
        };
        if (NoWait)
        {
            foreach (var sent in await services.UserCommands.SendAsync(command, cancellationToken).ConfigureAwait(false))
            {
                await EmitAsync(sink, sent.Result, sent.Failure).ConfigureAwait(false);
            }

            return;
        }

        var results = services.UserCommands.RunAsync(command, cancellationToken);
        await foreach (var (result, failure) in results.ConfigureAwait(false))
        {
            await EmitAsync(sink, result, failure).ConfigureAwait(false);
        }
    }

    private static async Task EmitAsync(PipelineSink sink, CommandResult result, FleetException? failure)
    {
        await sink.EmitAsync(result).ConfigureAwait(false);
        if (failure is not null)
        {
            await sink.FailAsync(failure).ConfigureAwait(false);
        }
    }

    private static void CheckTimeout(TimeSpan timeout, TimeSpan shortest, string parameter)
    {
        if (timeout < shortest || timeout > s_longest)
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                $"-{parameter} is {timeout}; Systems Manager takes {shortest.TotalSeconds:0} seconds to 48 hours.",
                "Give a time span, such as 0:05:00 for five minutes.",
                parameter);
        }
    }

    private string ReadFile()
    {
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(Path, out var provider, out _);
        try
        {
            return provider.Name == "FileSystem"
                ? File.ReadAllText(path)
                : throw new IOException("it is not a file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FleetException(
                FailureKind.FileUnreadable, $"'{Path}' cannot be read: {e.Message}", "Check the path.", Path, e);
        }
    }
}
