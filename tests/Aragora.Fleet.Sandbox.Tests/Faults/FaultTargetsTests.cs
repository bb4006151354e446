using Aragora.Fleet.Sandbox.Faults;
using Aragora.Fleet.Sandbox.Instances;
using Aragora.Fleet.Sandboxes;
using Xunit;

namespace Aragora.Fleet.Sandbox.Tests.Faults;

/// <summary>A fault names what the sandbox has, in any case, or is refused.</summary>
public sealed class FaultTargetsTests
{
    private static readonly FleetModel s_fleet = FleetModel.Of(1);

    private static readonly SandboxFault s_fault = new() { Kind = SandboxFaultKind.LostReply };

    [Fact]
    public void Every_action_is_known_in_any_case() => Assert.All(
        FaultTargets.Actions,
        action => Assert.Equal(
            action, FaultTargets.Known(s_fault with { ApiAction = action.ToLowerInvariant() }, s_fleet).ApiAction));

    [Fact]
    public void An_action_that_the_sandbox_does_not_answer_is_refused() => Assert.Throws<ArgumentException>(
        () => FaultTargets.Known(s_fault with { ApiAction = "DeleteEverything" }, s_fleet));

    [Fact]
    public void A_host_that_is_not_there_is_refused_and_one_that_is_there_is_not()
    {
        var here = s_fault with { InstanceIds = [SandboxFixture.ApiServer] };

        Assert.Equal(here, FaultTargets.Known(here, s_fleet));
        var refused = Assert.Throws<ArgumentException>(() => FaultTargets.Known(
            s_fault with { InstanceIds = [SandboxFixture.ApiServer, SandboxFixture.Terminated] }, s_fleet));
        Assert.Contains(SandboxFixture.Terminated, refused.Message, StringComparison.Ordinal);
    }
}
