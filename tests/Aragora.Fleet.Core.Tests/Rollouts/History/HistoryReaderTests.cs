using Aragora.Fleet.Commands;
using Aragora.Fleet.Failures;
using Aragora.Fleet.HostScripts;
using Aragora.Fleet.Rollouts.History;

namespace Aragora.Fleet.Core.Tests.Rollouts.History;

/// <summary>What is made of an answer of history.sh.</summary>
public sealed class HistoryReaderTests
{
    [Theory]
    [InlineData("mode none\n", FailureKind.LayoutUnsupported)]
    [InlineData("", FailureKind.HostRefused)]
    [InlineData("mode git\n", FailureKind.HostRefused)]
    public void A_host_that_refuses_is_told_by_its_layout_where_that_is_why(string said, FailureKind kind)
    {
        var reply = new HostReply { Target = new HostTarget("i-1", "host-1", "production", "us-east-2"), Status = default };
        var block = ResultBlock.Read(Runs.RunHarness.Block($"{said}outcome refused\nreason whatever it says\n"));

        var history = HistoryReader.Read(new HostAnswer(reply, block, null));

        Assert.Equal(kind, history.Failure!.Kind);
    }
}
