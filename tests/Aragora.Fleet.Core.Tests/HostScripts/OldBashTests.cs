using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>No script uses what bash 4.2 lacks: bash 5 would take it without a word.</summary>
public sealed class OldBashTests
{
    // POINTS and metadata are counted further up, IDS holds the run at hand, and the other two are filled by a loop that ran.
    private static readonly string[] s_filled = ["POINTS", "metadata", "IDS", "here", "settings"];

    public static TheoryData<int, string> Operations => SampleScript.Operations;

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_operation_is_in_the_bash_of_Amazon_Linux_2(int index, string name)
    {
        var operation = HostOperation.All[index];

        Assert.Equal(name, operation.Name);
        Assert.Equal([], OldBash.Find(SampleScript.Of(operation), s_filled));
    }

    [Theory]
    [InlineData("echo ${x@Q}")]
    [InlineData("echo ${x[0]@P}")]
    [InlineData("local -n ref=$1")]
    [InlineData("declare -gn ref=$1")]
    [InlineData("local -")]
    [InlineData("local -I x")]
    [InlineData("sleep 1 & wait -n")]
    [InlineData("if wait -n -p id; then")]
    [InlineData("printf '%(%F)T\\n'")]
    [InlineData("echo ${x[-1]}")]
    [InlineData("x[-1]=2")]
    [InlineData("unset 'x[ -2]'")]
    [InlineData("echo ${x[@]:0:-1}")]
    [InlineData("mapfile -t -d '' x")]
    [InlineData("readarray -d: x")]
    [InlineData("[[ -v x[1] ]]")]
    [InlineData("test -v 'x[key]'")]
    [InlineData("echo $EPOCHSECONDS")]
    [InlineData("echo ${EPOCHREALTIME}")]
    [InlineData("echo $SRANDOM")]
    [InlineData("shopt -s inherit_errexit")]
    [InlineData("x=${ date; }")]
    [InlineData("unset -n x")]
    [InlineData("ulimit -P 3")]
    [InlineData("enable -f /usr/lib/bash/sleep sleep")]
    [InlineData("x=()\nfor y in \"${x[@]}\"; do")]
    [InlineData("mapfile -t x\nf \"${x[@]}\"")]
    [InlineData("x=()\nf \"${x[*]}\"")]
    public void What_came_later_is_found(string script) => Assert.NotEmpty(OldBash.Find(script));

    [Theory]
    [InlineData("echo ${x:0:-1}")]
    [InlineData("case $x in a) echo a ;& b) echo b ;;& esac")]
    [InlineData("printf '%(%F)T\\n' -1")]
    [InlineData("wait \"$pid\"")]
    [InlineData("mapfile -t x < <(y)")]
    [InlineData("exec {fd}< <(y)")]
    [InlineData("[[ -v x ]]")]
    [InlineData("declare -gA x")]
    [InlineData("x=()\nf ${x[@]+\"${x[@]}\"}")]
    [InlineData("x=()\n((${#x[@]} == 0)) || f \"${x[@]}\"")]
    [InlineData("x=()\nfor y in \"${!x[@]}\"; do")]
    [InlineData("x=(a b)\nf \"${x[@]}\"")]
    [InlineData("echo ${x,,} ${x^}")]
    [InlineData("# ${x@Q}")]
    public void What_4_2_knows_is_not(string script) => Assert.Equal([], OldBash.Find(script));
}
