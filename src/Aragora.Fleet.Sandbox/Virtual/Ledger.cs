namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>One change of a host, as lib/ledger.sh writes it down; with a cause where a run took its own change back.</summary>
internal sealed record LedgerLine(
    string When, string Kind, string Deploy, string From, string To, string Verdict, string Who, string Cause = "");

/// <summary>The changes of a host, oldest first.</summary>
internal sealed class Ledger
{
    private readonly List<LedgerLine> _lines = [];

    public LedgerLine[] Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public void Append(LedgerLine line)
    {
        lock (_lines)
            _lines.Add(line);
    }

    /// <summary>The release after the last line; empty where it is not certain.</summary>
    public string Release => Lines.LastOrDefault() switch
    {
        { Verdict: "deployed" or "restored" or "observed" } line => line.To,
        { Verdict: "reverted" } line => line.From,
        _ => "",
    };
}
