using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.Tests.Commands;

public sealed class SandboxChoiceTests
{
    private const string NoLinux = "The sandbox's live hosts need Linux.";

    [Theory]
    [InlineData(null, null, null, 4, 0, false)]
    [InlineData(null, null, NoLinux, 4, 4, true)]
    [InlineData(2, null, NoLinux, 2, 0, false)]
    [InlineData(null, 7, NoLinux, 4, 7, false)]
    [InlineData(null, 7, null, 4, 7, false)]
    public void Virtual_hosts_stand_in_only_where_live_ones_cannot_run_and_were_not_asked_for(
        int? live, int? @virtual, string? whyNot, int expectedLive, int expectedVirtual, bool warns)
    {
        var (options, warning) = SandboxChoice.Of(live, @virtual, whyNot);

        Assert.Equal((expectedLive, expectedVirtual), (options.HostCount, options.VirtualHostCount));
        Assert.Equal(warns, warning is not null);
        if (warns)
        {
            Assert.StartsWith(NoLinux, warning, StringComparison.Ordinal);
            Assert.Contains("4 virtual hosts", warning, StringComparison.Ordinal);
        }
    }
}
