using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>nginx on the host belongs to what a deploy proves: the load balancer comes through it.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly FakeHost _host = new();
    private readonly FakeProxy _nginx;

    public ProxyTests()
    {
        _nginx = new FakeProxy(_host);
        _host.ProxyPort = _nginx.Port;
        _host.Say("nginx", "active");
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_service_that_nginx_passes_on_is_deployed_without_a_note()
    {
        var block = _host.Deploy(_host.Commit()).Block;

        Assert.Equal(("deployed", null), (block.Text("outcome"), block.Text("proxy")));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void A_release_that_nginx_no_longer_passes_on_goes_back()
    {
        var target = _host.Commit();
        _host.Say($"proxy/{target}", "502");

        var block = _host.Deploy(target).Block;

        Assert.Equal(("reverted", "proxy", _host.First), (block.Text("outcome"), block.Text("phase"), block.Text("running")));
        Assert.Equal(
            "nginx no longer passes the service on: it answers 502 where the service answers 200", block.Text("reason"));
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void An_nginx_that_did_not_pass_the_service_on_before_is_noted_at_once_and_fails_nothing()
    {
        var target = _host.Commit();
        _host.Say($"proxy/{_host.First}", "301");
        _host.Say($"proxy/{target}", "301");
        var began = TimeProvider.System.GetTimestamp();

        var block = _host.Deploy(target, ready: 60).Block;

        Assert.Equal("deployed", block.Text("outcome"));
        Assert.Equal("nginx answers 301 where the service answers 200; before, 301", block.Text("proxy"));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 50);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock", "setsid")]
    public void Nothing_is_asked_of_an_nginx_that_does_not_run()
    {
        var target = _host.Commit();
        _host.Say("nginx", "inactive");
        _host.Say($"proxy/{target}", "502");

        var block = _host.Deploy(target).Block;

        Assert.Equal(("deployed", null), (block.Text("outcome"), block.Text("proxy")));
    }

    public void Dispose()
    {
        _nginx.Dispose();
        _host.Dispose();
    }
}
