using System.Text.RegularExpressions;

namespace Aragora.Fleet.HostScripts;

/// <summary>What bash 4.2, which Amazon Linux 2 has, does not know or does otherwise.</summary>
internal static class OldBash
{
    private static readonly (string What, Regex Pattern)[] s_newer =
    [
        Rule("a transformation such as ${x@Q}, of 4.4", @"\$\{[A-Za-z_][A-Za-z0-9_]*(\[[^]]*\])?@[A-Za-z]\}"),
        Rule("a reference by name, of 4.3", @"\b(local|declare|typeset)\s+(-[A-Za-z]+\s+)*-[A-Za-z]*n"),
        Rule("local -, of 4.4", @"\blocal\s+-(\s|;|$)"),
        Rule("inherited attributes, of 5.0", @"\b(local|declare|typeset)\s+(-[A-Za-z]+\s+)*-[A-Za-z]*I"),
        Rule("an option of wait, of 4.3 and later", @"(^|[;&|({]|\b(do|then|else|if|while|until)\b|!)\s*wait\s+-"),
        Rule("a time by printf without an argument, of 4.3", @"\bprintf\b.*%\([^)]*\)T(?!.*\s-[12](\s|$|;|\)))"),
        Rule("an element counted from the end, of 4.3", @"[A-Za-z_][A-Za-z0-9_]*\[\s*-\s*[0-9]+\s*\]"),
        Rule("a slice of an array that counts from the end, of 4.2 for strings alone", @"\$\{[A-Za-z_][A-Za-z0-9_]*\[[@*]\]:[^}:]*:\s*-"),
        Rule("an option of mapfile, of 4.4", @"\b(mapfile|readarray)\s+(-[A-Za-z]+\s+)*-[A-Za-z]*d"),
        Rule("a test of one element for being set, of 4.3", @"-v\s+['""]?[A-Za-z_][A-Za-z0-9_]*\["),
        Rule("a variable of 5.0 and later", @"\b(EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASH_ARGV0|BASH_MONOSECONDS|BASH_TRAPSIG)\b"),
        Rule("an option of the shell of 4.3 and later",
            @"\b(inherit_errexit|globasciiranges|localvar_inherit|localvar_unset|assoc_expand_once|progcomp_alias|patsub_replacement|varredir_close|globskipdots|array_expand_once|bash_source_fullpath|compat4[3-9]|compat5[0-9])\b"),
        Rule("a command substitution in this shell, of 5.3", @"\$\{[\s|]"),
        Rule("an offset read from a name by unset -n, of 4.3", @"\bunset\s+-n\b"),
        Rule("an options word of ulimit, of 4.3 and later", @"\bulimit\s+-[A-Za-z]*[PRk]"),
        Rule("a sleep of the shell's own, or another loadable builtin", @"\benable\s+-f\b"),
    ];

    private static readonly Regex s_list = Rule("", @"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\[[@*]\](?!\+)[^}]*\}").Pattern;

    /// <summary>What of it a script uses: one line for each place.</summary>
    /// <param name="script">The script.</param>
    /// <param name="filled">Arrays that are never empty where they are used, by what stands elsewhere.</param>
    public static IEnumerable<string> Find(string script, params string[] filled)
    {
        var lines = script.Split('\n').Select(line => line.Trim()).Where(line => !line.StartsWith('#')).ToList();
        return lines.SelectMany((line, index) => s_newer.Where(rule => rule.Pattern.IsMatch(line)).Select(rule => rule.What)
            .Concat(s_list.Matches(line).Select(match => match.Groups["name"].Value).Distinct()
                .Where(name => !filled.Contains(name) && MayBeEmpty(lines, index, name))
                .Select(name => $"the array {name}, which 4.2 takes for unset under set -u where it is empty"))
            .Select(what => $"{what}: {line}"));
    }

    /// <summary>Unless the line asks for it first, or one of the two before counts it, or the script fills it with words.</summary>
    private static bool MayBeEmpty(List<string> lines, int index, string name) =>
        !lines[index].Contains($"${{{name}[@]+", StringComparison.Ordinal)
        && !lines.GetRange(Math.Max(0, index - 2), Math.Min(index, 2) + 1).Exists(line => line.Contains($"${{#{name}[@]}}", StringComparison.Ordinal))
        && (lines.Exists(line => line.Contains($"{name}=()", StringComparison.Ordinal))
            || !lines.Exists(line => Regex.IsMatch(line, $@"(^|\s){name}=\((?!\))", RegexOptions.CultureInvariant)));

    private static (string What, Regex Pattern) Rule(string what, string pattern) =>
        (what, new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(2)));
}
