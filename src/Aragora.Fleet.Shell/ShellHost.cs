using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace Aragora.Fleet.Shell;

/// <summary>The engine's view of the process.</summary>
internal sealed class ShellHost(bool interactive) : PSHost
{
    private readonly ShellUI _ui = new(new Screen(), interactive);

    /// <summary>What a script asked for with <c>exit</c>; null where none did.</summary>
    public int? ExitCode { get; private set; }

    public Screen Screen => _ui.Screen;

    /// <summary>Whether what is written is an error, and goes where errors go.</summary>
    public bool WritesErrors
    {
        set => _ui.WritesErrors = value;
    }

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "Aragora.Fleet.Shell";

    public override Version Version { get; } = typeof(ShellHost).Assembly.GetName().Version!;

    public override PSHostUserInterface UI => _ui;

    public override void EnterNestedPrompt() => throw NoPrompt();

    public override void ExitNestedPrompt() => throw NoPrompt();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    private static PSNotSupportedException NoPrompt() => new("This host has no prompt to enter.");
}
