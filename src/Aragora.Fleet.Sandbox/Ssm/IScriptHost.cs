namespace Aragora.Fleet.Sandbox.Ssm;

/// <summary>Something that runs scripts as the SSM agent does.</summary>
internal interface IScriptHost
{
    /// <summary>Whether the agent holds its channel to the service, which GetConnectionStatus tells.</summary>
    bool IsConnected { get; }

    /// <summary>Ends when the agent takes a command up; with an agent that is not there it does not end.</summary>
    Task TakeUpAsync(CancellationToken cancellationToken);

    /// <summary>Runs a script to its end, its time limit or its cancellation.</summary>
    Task<ScriptOutcome> RunAsync(ScriptOrder order, CancellationToken cancellationToken);

    /// <summary>Kills the script of a command, if it runs.</summary>
    Task CancelAsync(string commandId, CancellationToken cancellationToken);
}

/// <summary>What one host shall run.</summary>
internal sealed record ScriptOrder(
    string CommandId, string Script, string WorkingDirectory, TimeSpan ExecutionTimeout);

/// <summary>How a script ended; the streams are already cut as the agent cuts them.</summary>
internal sealed record ScriptOutcome(
    int ExitCode, bool WasCancelled, DateTimeOffset Started, DateTimeOffset Ended, string Stdout, string Stderr);
