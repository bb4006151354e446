using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Pipeline;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Commands;

/// <summary>The base of cmdlets that need a connection.</summary>
public abstract class FleetCmdlet : AsyncCmdlet
{
    private FleetConnection? _connection;

    /// <summary>What the progress of the cmdlet is of, such as <c>Checking health</c>.</summary>
    private protected abstract string Activity { get; }

    /// <summary>The connection of the session as it was when the cmdlet began.</summary>
    private protected FleetConnection Connection => _connection!;

    /// <inheritdoc/>
    protected override void OnBegin() => _connection = FleetSession.Require();

    /// <summary>The domain's services, telling this cmdlet's streams what they do.</summary>
    private protected FleetServices Services(PipelineSink sink, FleetSettings? settings = null) =>
        new(Connection, new PipelineLog(sink, Activity), settings);

    /// <summary>Refuses a wait that is none.</summary>
    /// <exception cref="FleetException">RequestRejected.</exception>
    private protected static void CheckTimeout(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(30))
        {
            throw new FleetException(
                FailureKind.RequestRejected,
                $"-Timeout is {timeout}; it can be anything up to 30 days, and not nothing.",
                "Give a time span, such as 0:05:00 for five minutes.",
                "Timeout");
        }
    }
}
