using System.Diagnostics;
using System.Text;

namespace Aragora.Fleet.HostScripts;

/// <summary>Runs programs of the machine and gives back what they said.</summary>
internal static class HostShell
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));

    public static ShellAnswer Run(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment)
                start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = ReadAsync(process.StandardOutput.BaseStream);
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end within {s_patience}.");
        }

        return new ShellAnswer(process.ExitCode, output.Result, error.Result);
    }

    // A StreamReader would take a byte order mark at the beginning away.
    private static async Task<string> ReadAsync(Stream stream)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}

internal sealed record ShellAnswer(int ExitCode, string Output, string Error)
{
    public ResultBlock Block => ResultBlock.Read(Output);
}
