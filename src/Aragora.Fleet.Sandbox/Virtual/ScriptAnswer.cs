namespace Aragora.Fleet.Sandbox.Virtual;

/// <summary>What a script gave back.</summary>
internal sealed record ScriptAnswer(int ExitCode, string Stdout, string Stderr = "")
{
    /// <summary>A block that says that nothing was changed, and why.</summary>
    public static ScriptAnswer Refused(BlockWriter block, string reason)
    {
        block.Put("outcome", "refused");
        block.Put("reason", reason);
        return new ScriptAnswer(1, block.ToString());
    }
}
