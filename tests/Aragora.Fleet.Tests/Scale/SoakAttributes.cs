namespace Aragora.Fleet.Tests.Scale;

/// <summary>A measure that takes minutes: it runs where ARAGORA_SOAK=1 asks for it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SoakFactAttribute : FactAttribute
{
    public SoakFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("ARAGORA_SOAK") != "1")
            Skip = "a measure of minutes; set ARAGORA_SOAK=1 to run it";
    }
}
