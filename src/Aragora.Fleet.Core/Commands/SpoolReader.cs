using System.Globalization;
using System.IO.Compression;
using System.Text;
using Aragora.Fleet.HostScripts;

namespace Aragora.Fleet.Commands;

/// <summary>Fetches, slice by slice, the output that a host kept because it was longer than Systems Manager's cut.</summary>
/// <param name="runner">Runs the operation on the host.</param>
/// <param name="target">The host.</param>
/// <param name="runId">A run of ours; empty for a command by what the agent kept of it.</param>
/// <param name="commandId">The command whose output the agent kept; empty for a run of ours.</param>
/// <param name="stream"><c>out</c> or <c>err</c>.</param>
internal sealed class SpoolReader(
    HostOperationRunner runner, HostTarget target, string runId, string commandId, string stream)
{
    /// <summary>Why a slice could not be had; null where the host did not say.</summary>
    public string? Reason { get; private set; }

    /// <summary>The whole stream as text; null where a slice could not be had.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        while (true)
        {
            var slice = await FetchAsync(whole.Length, cancellationToken).ConfigureAwait(false);
            if (slice is not { } part || part.Bytes.Length == 0 && !part.IsLast)
            {
                return null;
            }

            whole.Write(part.Bytes);
            if (part.IsLast)
            {
                return Encoding.UTF8.GetString(whole.ToArray());
            }
        }
    }

    private async Task<(byte[] Bytes, bool IsLast)?> FetchAsync(long offset, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["P_RUN"] = runId,
            ["P_COMMAND"] = commandId,
            ["P_STREAM"] = stream,
            ["P_OFFSET"] = offset.ToString(CultureInfo.InvariantCulture),
        };
        var answers = runner.RunAsync(
            HostOperation.Fetch, parameters, [target], "the fetch of output", OwnComment.For("fetch"), cancellationToken);
        await foreach (var answer in answers.ConfigureAwait(false))
        {
            if (answer.Block is not { } block || Unpack(block.Rest) is not { } bytes || bytes.Length != block.Number("bytes"))
            {
                Reason = answer.Failure?.Message ?? answer.Block?.Text("reason");
                return null;
            }

            return (bytes, block.Text("eof") == "1");
        }

        return null;
    }

    private static byte[]? Unpack(string text)
    {
        try
        {
            using var packed = new MemoryStream(Convert.FromBase64String(text.ReplaceLineEndings("").Trim()));
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            gzip.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            return null;
        }
    }
}
