using System.Text;

namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>The page that <c>systemctl status</c> prints.</summary>
internal static class StatusText
{
    private const int JournalLines = 10;

    public static CommandReply Of(Service service, Journal journal, int notActive)
    {
        var (definition, status) = (service.Definition, service.Status);
        var text = new StringBuilder()
            .Append(status.Active == "failed" ? "× " : "● ")
            .Append(definition.Name).Append(" - ").Append(definition.Description).Append('\n')
            .Append("     Loaded: loaded (").Append(definition.File.FragmentPath).Append(")\n")
            .Append("     Active: ").Append(status.Active).Append(" (").Append(status.Sub).Append(')');
        if (status.Active == "failed")
            text.Append(" (Result: ").Append(status.Result).Append(')');
        if (status.ActiveSince is not null)
            text.Append(" since ").Append(ServiceProperties.Timestamp(status.ActiveSince));
        text.Append('\n');
        if (service.IsRunning)
            text.Append("   Main PID: ").Append(status.MainPid).Append('\n');
        text.Append('\n');
        foreach (var entry in journal.Read(entry => entry.Unit == definition.Name).TakeLast(JournalLines))
            text.Append(Journalctl.Format(entry, "short")).Append('\n');
        return CommandReply.Output(text.ToString(), status.Active == "active" ? 0 : notActive);
    }
}
