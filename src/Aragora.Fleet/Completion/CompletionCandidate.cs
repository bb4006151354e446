namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>One thing that could stand at the cursor.</summary>
/// <param name="Value">What is inserted.</param>
/// <param name="ToolTip">What it is; empty for no more than the value.</param>
internal sealed record CompletionCandidate(string Value, string ToolTip);
