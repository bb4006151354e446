using System.Security.Cryptography;
using System.Text;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>
/// Answers drift.sh and items.sh: the release that a host has, and a configuration that follows from its layout alone.
/// </summary>
internal static class DriftModel
{
    private const int DigestLength = 8;

    public static ScriptAnswer Drift(HostState state, ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        var unit = ReadModel.Unit(script);
        state.Report(block, unit);
        if (unit != HostState.Unit)
            return new ScriptAnswer(0, block.ToString());

        var (disk, running) = (state.DiskId, state.RunningId ?? "");
        var came = Came(state.Ledger.Lines, disk);
        block.Put("disk", disk);
        block.Put("running", running);
        block.Put("named", state.Mode == "git" ? running : "");
        block.Put("dirty", "0");
        block.Put("came", came?.When ?? state.Disk.Committed);
        block.Put("by", came?.Who ?? "", 200);
        block.Put("deploy", came?.Deploy ?? "");
        block.Put("foreign", came is null ? "1" : "0");
        foreach (var kind in Kinds(script))
        {
            block.Put($"sum.{kind}", Digest(script, string.Concat(Lines(state, script, kind))));
            block.Put($"since.{kind}", "2026-03-06T20:00:00Z");
        }

        if (Kinds(script).Contains("Unit"))
            block.Put("fault.Unit", "StartLimitIntervalSec of aragora.service stands in [Service], where systemd ignores it");
        return new ScriptAnswer(0, block.ToString());
    }

    public static ScriptAnswer Items(HostState state, ComposedScript script)
    {
        var block = new BlockWriter(script.Operation, state.Instance.Name);
        block.Put("unit", ReadModel.Unit(script));
        var items = Kinds(script).SelectMany(kind => Lines(state, script, kind).Select(line => $"{kind}\t{line}"));
        return new ScriptAnswer(0, block + string.Concat(items));
    }

    /// <summary>The line of the ledger that brought a release; null where it does not tell.</summary>
    private static LedgerLine? Came(LedgerLine[] lines, string disk)
    {
        LedgerLine? came = null;
        foreach (var line in lines)
        {
            var now = line.Verdict switch { "deployed" or "restored" => line.To, "reverted" => line.From, _ => "" };
            if (now.Length > 0 && now == came?.To)
                continue;
            came = line.Verdict is "deployed" or "restored" ? line : null;
        }

        return came?.To == disk ? came : null;
    }

    private static string[] Kinds(ComposedScript script) => script["P_KINDS"].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Lines(HostState state, ComposedScript script, string kind) =>
        Names(kind).Select(name => $"{name}\t{Digest(script, state.Directory)}\n");

    private static string[] Names(string kind) => kind switch
    {
        "Unit" => ["aragora.service", "aragora.service [Service] ExecStart"],
        "DropIn" => ["secrets.conf", "secrets.conf AWS_REGION"],
        "Nginx" => ["conf.d/aragora.conf"],
        _ => [],
    };

    private static string Digest(ComposedScript script, string text) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{script["P_SALT"]}\n{text}")))[..DigestLength];
}
