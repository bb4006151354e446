using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>A host writes down that the run which had it was accepted.</summary>
public sealed class AcceptTests : IDisposable
{
    private readonly FakeHost _host = new();

    private string[] Accepted => Array.FindAll(
        File.ReadAllLines(_host.At("state", "deploys", "deploy-7")), line => line.StartsWith("accepted ", StringComparison.Ordinal));

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void Is_kept_once_in_the_record_of_the_run_and_forgotten_by_the_next_attempt()
    {
        _host.Claim(("P_TOKEN", "7"));

        Assert.Equal((0, "accepted"), (_host.Accept(token: 7).ExitCode, _host.Accept(token: 7).Block.Text("outcome")));
        Assert.Matches("^accepted 20[0-9-]+T[0-9:]+Z$", Assert.Single(Accepted));

        _host.Claim(("P_TOKEN", "8"));
        Assert.Empty(Accepted);
    }

    [HostFact("bash", "git", "curl", "cksum", "flock")]
    public void A_run_that_lost_the_fleet_lock_accepts_nothing()
    {
        _host.Claim(("P_TOKEN", "9"));

        var answer = _host.Accept(token: 8);

        Assert.Equal((1, "fenced"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.Contains("token 8 is older than 9", answer.Block.Text("reason"), StringComparison.Ordinal);
        Assert.Empty(Accepted);
    }

    [HostTheory("bash", "cksum", "flock")]
    [InlineData("deploy-8", "no record of deploy-8")]
    [InlineData("../x", "cannot name a file")]
    public void A_run_that_the_host_does_not_know_is_refused(string deploy, string reason)
    {
        var answer = _host.Accept(deploy);

        Assert.Equal((1, "refused"), (answer.ExitCode, answer.Block.Text("outcome")));
        Assert.Contains(reason, answer.Block.Text("reason"), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_host.At("state")));
    }

    public void Dispose() => _host.Dispose();
}
