using System.Text.Json;
using Aragora.Fleet.Ports;
using Aragora.Fleet.Rollouts.Journal;
using Microsoft.Extensions.Time.Testing;

namespace Aragora.Fleet.Core.Tests.Rollouts.Journal;

public sealed class FileRunJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("journal-").FullName;
    private readonly WarningLog _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_entry_is_a_line_of_json_with_its_time()
    {
        var journal = Open("d-1");

        journal.Add("wave", ("number", 1), ("hosts", new[] { "i-1", "i-2" }));
        journal.Add("result", ("host", "i-1"), ("reason", "two\nlines"));

        var lines = File.ReadAllLines(journal.Path).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["wave", "result"], lines.Select(line => line.GetProperty("what").GetString()));
        Assert.Equal("i-2", lines[0].GetProperty("hosts")[1].GetString());
        Assert.Equal("two\nlines", lines[1].GetProperty("reason").GetString());
        Assert.Equal(new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero), lines[0].GetProperty("at").GetDateTimeOffset());
    }

    [Fact]
    public void Only_its_owner_can_read_it()
    {
        var journal = Open("d-1");

        journal.Add("plan");

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal.Path));
        }
    }

    [Fact]
    public void One_that_cannot_be_written_is_said_once_and_stops_nothing()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var journal = new FileRunJournal(Path.Combine(_folder, "file"), "d-1", TimeProvider.System, _log);

        journal.Add("plan");
        journal.Add("end");

        Assert.Contains(journal.Path, Assert.Single(_log.Warnings));
    }

    private FileRunJournal Open(string id) => new(
        Path.Combine(_folder, "deep", "deploys"), id,
        new FakeTimeProvider(new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero)), _log);

    private sealed class WarningLog : IFleetLog
    {
        public List<string> Warnings { get; } = [];

        public void Warning(string message) => Warnings.Add(message);

        public void Verbose(string message)
        {
        }

        public void Debug(string message)
        {
        }

        public void Progress(string status, int done, int total)
        {
        }
    }
}
