namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>A number of targets, or a percentage of them rounded down: <c>10</c> or <c>10%</c>.</summary>
internal sealed record Portion(string Text)
{
    public int Of(int targets) => Text.EndsWith('%')
        ? targets * int.Parse(Text[..^1]) / 100
        : int.Parse(Text);
}
