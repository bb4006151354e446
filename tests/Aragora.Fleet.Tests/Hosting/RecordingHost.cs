using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace Aragora.Fleet.Tests.Hosting;

/// <summary>A host that writes down what a user would have seen.</summary>
/// <param name="interactive">False for a host that cannot ask.</param>
internal sealed class RecordingHost(bool interactive) : PSHost
{
    private readonly RecordingUI _ui = new(interactive);

    public RecordingUI Recorded => _ui;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => nameof(RecordingHost);

    public override Version Version { get; } = new(1, 0);

    public override PSHostUserInterface UI => _ui;

    public override void EnterNestedPrompt() => throw new PSNotSupportedException();

    public override void ExitNestedPrompt() => throw new PSNotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
