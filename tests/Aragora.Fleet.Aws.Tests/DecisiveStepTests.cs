using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace Aragora.Fleet.Aws.Tests;

public sealed class DecisiveStepTests
{
    private static readonly CommandPlugin s_skipped =
        Step("skipped", CommandPluginStatus.Success, 0, "Step execution skipped due to incompatible platform. Step name: a");

    private static readonly CommandPlugin s_good = Step("good", CommandPluginStatus.Success, 0, "done");
    private static readonly CommandPlugin s_failed = Step("failed", CommandPluginStatus.Failed, 3, "no");
    private static readonly CommandPlugin s_waiting = Step("waiting", CommandPluginStatus.Pending, -1, "");

    [Fact]
    public void A_step_that_failed_tells_how_it_went_wherever_it_stands()
    {
        Assert.Equal("failed", DecisiveStep.Of([s_good, s_failed])!.Name);
        Assert.Equal("failed", DecisiveStep.Of([s_skipped, s_failed, s_good])!.Name);
    }

    [Fact]
    public void Without_a_failure_it_is_the_last_step_that_ran()
    {
        Assert.Equal("good", DecisiveStep.Of([s_skipped, s_good])!.Name);
        Assert.Equal("good", DecisiveStep.Of([s_good, s_skipped])!.Name);
        Assert.Equal("good", DecisiveStep.Of([s_good, s_waiting])!.Name);
    }

    [Fact]
    public void Before_any_step_ran_it_is_the_first() => Assert.Equal("waiting", DecisiveStep.Of([s_waiting])!.Name);

    [Fact]
    public void An_invocation_without_steps_has_none() => Assert.Null(DecisiveStep.Of([]));

    private static CommandPlugin Step(string name, CommandPluginStatus status, int code, string output) =>
        new() { Name = name, Status = status, ResponseCode = code, Output = output };
}
