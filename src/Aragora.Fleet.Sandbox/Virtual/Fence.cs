using System.Globalization;

namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>The highest token of the fleet lock that a host has seen, as lib/fence.sh keeps it. Used under the host's lock.</summary>
internal sealed class Fence
{
    private string _owner = "";

    /// <summary>The token; 0 where none came yet.</summary>
    public long Token { get; private set; }

    /// <summary>Judges the token of a script, and records a greater one; the outcome and why where the host is barred to it.</summary>
    public (string Outcome, string Reason)? Take(ComposedScript script)
    {
        var text = script["P_TOKEN"];
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var token))
            return ("refused", $"'{text}' is not a token of the fleet lock");
        if (token > 0 && token < Token)
            return ("fenced", $"the fleet lock was lost: token {token} is older than {Token}, which {_owner} brought here");
        if (token > Token)
            (Token, _owner) = (token, $"{script["P_WHO"]}, deploy {script["P_DEPLOY"]}");
        return null;
    }
}
