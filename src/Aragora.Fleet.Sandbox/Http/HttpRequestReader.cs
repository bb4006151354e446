using System.Net.Sockets;
using System.Text;

namespace Aragora.Fleet.Sandbox.Http;

/// <summary>Reads the requests of one connection, one after the other.</summary>
internal sealed class HttpRequestReader(Socket socket)
{
    private const int MaxHead = 64 * 1024;
    private const int MaxBody = 4 * 1024 * 1024;

    private static readonly byte[] s_endOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_continue = "HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray();

    private byte[] _buffer = new byte[8 * 1024];
    private int _length;

    /// <summary>The next request; null when the client has closed the connection.</summary>
    public async Task<HttpRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf(s_endOfHead)) < 0)
        {
            if (_length > MaxHead)
                throw new HttpRefusedException(431, "The request head is too large.");
            if (!await FillAsync(cancellationToken))
                return null;
        }

        var (method, target, headers) = ParseHead(Encoding.Latin1.GetString(_buffer, 0, end));
        Consume(end + s_endOfHead.Length);
        var body = await ReadBodyAsync(headers, cancellationToken);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0
            ? new HttpRequest(method, target, "", headers, body)
            : new HttpRequest(method, target[..question], target[(question + 1)..], headers, body);
    }

    private async Task<byte[]> ReadBodyAsync(Dictionary<string, string> headers, CancellationToken cancellationToken)
    {
        if (headers.ContainsKey("Transfer-Encoding"))
            throw new HttpRefusedException(411, "Chunked bodies are not accepted; send Content-Length.");
        if (!headers.TryGetValue("Content-Length", out var text))
            return [];
        if (!int.TryParse(text, out var size) || size < 0)
            throw new HttpRefusedException(400, "Content-Length is not a number.");
        if (size > MaxBody)
            throw new HttpRefusedException(413, "The request body is too large.");

        if (_length < size && headers.ContainsKey("Expect"))
            await socket.SendAsync(s_continue, cancellationToken);
        while (_length < size)
        {
            if (!await FillAsync(cancellationToken))
                throw new HttpRefusedException(400, "The request body ended early.");
        }

        var body = _buffer.AsSpan(0, size).ToArray();
        Consume(size);
        return body;
    }

    private static (string Method, string Target, Dictionary<string, string> Headers) ParseHead(string head)
    {
        var lines = head.Split("\r\n");
        var start = lines[0].Split(' ');
        if (start.Length != 3 || !start[2].StartsWith("HTTP/1.", StringComparison.Ordinal))
            throw new HttpRefusedException(400, "The request line is malformed.");

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                throw new HttpRefusedException(400, "A header is malformed.");
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            headers[name] = headers.TryGetValue(name, out var earlier) ? $"{earlier},{value}" : value;
        }

        return (start[0], start[1], headers);
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_length == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken);
        _length += read;
        return read > 0;
    }

    private void Consume(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
