namespace Aragora.Fleet.Tests.Shell;

/// <summary>A test that needs a pseudo-terminal; skipped, and said so, where nothing makes one.</summary>
public sealed class TerminalFactAttribute : FactAttribute
{
    public const string Tool = "/usr/bin/script";
    internal const string Missing = Tool + " (util-linux) is not on this machine.";

    public TerminalFactAttribute() => Skip = File.Exists(Tool) ? null : Missing;
}

/// <summary>Such a test with data.</summary>
public sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute() =>
        Skip = File.Exists(TerminalFactAttribute.Tool) ? null : TerminalFactAttribute.Missing;
}
