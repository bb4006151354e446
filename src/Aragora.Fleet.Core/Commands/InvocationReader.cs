using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Ports;

namespace Aragora.Fleet.Commands;

/// <summary>Makes a host's reply of a final row, and asks for the output by itself only where the row holds too little.</summary>
internal sealed class InvocationReader(DispatchContext context, string region, bool needsFullOutput)
{
    public async Task<HostReply> ReadAsync(HostTarget target, InvocationSummary row, CancellationToken cancellationToken)
    {
        var output = ListedOutput.Split(row.Output);
        var suffices = needsFullOutput
            ? output.IsWhole
            : output.IsShort || ResultBlock.Read(output.StandardOutput).State == ResultBlockState.Complete;
        FleetException? refusal = null;
        if (!suffices)
        {
            await context.Limits.For(region).WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var whole = await context.Channel.GetInvocationAsync(region, row, cancellationToken).ConfigureAwait(false);
                output = whole is null ? output : new ListedOutput(whole.StandardOutput, whole.StandardError, true, false);
            }
            catch (FleetException e) when (e.Kind == FailureKind.RequestRejected)
            {
                // How it ended is known; the service does not give this host's output, and the others must not pay for it.
                refusal = e;
            }
        }

        var status = InvocationStatus.Judge(row.Status, row.StatusDetails);
        context.Log.Verbose($"{target}: {status}, exit code {row.ResponseCode}.");
        return new HostReply
        {
            Target = target,
            CommandId = row.CommandId,
            Status = status,
            ExitCode = status is ReplyStatus.Success or ReplyStatus.Failed ? row.ResponseCode : null,
            StandardOutput = output.StandardOutput,
            StandardError = output.StandardError,
            IsWhole = output.IsWhole,
            Started = row.Started,
            Finished = row.Finished,
            Cause = refusal,
        };
    }
}
