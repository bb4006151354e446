namespace Aragora.Fleet.HostScripts;

/// <summary>The pulse of a service, as the host tells it.</summary>
public sealed class PulseTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [HostFact("bash", "git", "curl", "cksum")]
    public void It_tells_process_readiness_and_the_errors_of_the_window()
    {
        var block = Pulse("30");

        Assert.Equal(("active", "running"), (block.Text("active"), block.Text("sub")));
        Assert.Equal((100, 0, 200), (block.Number("pid"), block.Number("restarts"), block.Number("ready")));
        // The stand-in's journal: a traceback, and two lines that are no error by themselves.
        Assert.Equal((1, 3), (block.Number("errors"), block.Number("lines")));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void A_service_that_is_not_ready_says_so()
    {
        _host.Say("fate", "unready");

        Assert.Equal(503, Pulse("0").Number("ready"));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void Where_nothing_listens_ready_is_zero()
    {
        _host.Say("active", "activating");
        _host.Say("sub", "auto-restart");
        _host.Say("pid", "0");

        var block = Pulse("0");

        Assert.Equal(("activating", 0, 0), (block.Text("active"), block.Number("ready"), block.Number("errors")));
    }

    [HostFact("bash", "git", "curl", "cksum")]
    public void A_window_that_is_no_number_is_refused()
    {
        Assert.Equal("refused", Pulse("1;reboot").Text("outcome"));
    }

    private ResultBlock Pulse(string seconds) =>
        _host.Run(HostOperation.Pulse, new() { ["P_SECONDS"] = seconds }).Block;
}
