using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Commands;

/// <summary>What the parameters of a plan take, and what they refuse before any host is asked.</summary>
public sealed class PlanningTests(PlanningTests.Fleet fleet) : IClassFixture<PlanningTests.Fleet>
{
    [Theory]
    [InlineData("-Wave 1 -BatchSize 2", "WaveInvalid")]
    [InlineData("-BatchSize 0", "WaveInvalid")]
    [InlineData("-BatchSize 101%", "WaveInvalid")]
    [InlineData("-MinHealthy most", "HostCountInvalid")]
    [InlineData("-MaxFailure -1", "HostCountInvalid")]
    [InlineData("-MaxUnreachable 101%", "HostCountInvalid")]
    [InlineData("-SettleTime 10", "ParameterArgumentValidationError")]
    [InlineData("-BakeTime -0:0:1", "ParameterArgumentValidationError")]
    [InlineData("-ReadyTimeout 2.0:0:0", "ParameterArgumentValidationError")]
    public void What_cannot_be_meant_is_refused(string parameters, string error)
    {
        var result = fleet.Engine.RunToFailure($"Invoke-AragoraDeploy -Ref v2.9.0 -All {parameters} -WhatIf");

        Assert.Equal(error, SandboxFleet.Id(result.TerminatingError!));
    }

    /// <summary>Four virtual hosts.</summary>
    public sealed class Fleet : IDisposable
    {
        public Fleet() => Engine.Run("$null = Connect-AragoraFleet -Sandbox -VirtualHost 4");

        internal EngineHost Engine { get; } = EngineHost.Open();

        public void Dispose()
        {
            Engine.Run("Disconnect-AragoraFleet");
            Engine.Dispose();
        }
    }
}
