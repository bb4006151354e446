namespace Aragora.Fleet.Sandboxes;

/// <summary>The ways in which a sandbox can be made to fail.</summary>
public enum SandboxFaultKind
{
    /// <summary>Calls are refused as too many: at random, or by a token bucket where a rate of calls is given.</summary>
    Throttling,

    /// <summary>
    /// The agent is gone while Systems Manager still shows it Online: commands are never taken up, and what runs replies once it
    /// is back.
    /// </summary>
    AgentOffline,

    /// <summary>The script runs, and its reply never arrives.</summary>
    LostReply,

    /// <summary>The command is not taken up in time: it does not run.</summary>
    DeliveryTimeout,

    /// <summary>The host takes longer.</summary>
    SlowHost,

    /// <summary>HTTP 500, and nothing was done.</summary>
    ServerError,

    /// <summary>HTTP 503, and nothing was done.</summary>
    ServiceUnavailable,

    /// <summary>HTTP 500 although the call was accepted and carried out.</summary>
    ErrorAfterAcceptance,

    /// <summary>The connection is cut before the call is accepted.</summary>
    CutBeforeAcceptance,

    /// <summary>The connection is cut after the call was accepted and carried out.</summary>
    CutAfterAcceptance,

    /// <summary>A command stays invisible to every read for a while after it was accepted.</summary>
    EventualConsistency,

    /// <summary>The credentials are answered as expired.</summary>
    ExpiredCredentials,

    /// <summary>The clock of the service differs from the client's.</summary>
    ClockSkew,

    /// <summary>Live hosts: the machine is reset. All its processes die at once, and it starts anew from its disk.</summary>
    HostReboot,

    /// <summary>Live hosts: the main process of the service is killed.</summary>
    ServiceKilled,

    /// <summary>Live hosts: the service dies at each start.</summary>
    CrashLoop,

    /// <summary>Live hosts: the file systems of the checkout and of the module's state take nothing more.</summary>
    DiskFull,
}
