using System.Reflection;
using Xunit.Sdk;

namespace Aragora.Fleet.Systemd.Tests.Fleet;

/// <summary>A test on hosts with systemd; it says what the machine lacks for them where it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute() => Skip = SystemdFleet.WhyNone;
}

/// <summary>
/// As <see cref="SystemdFactAttribute"/>, for a measure of minutes, and for what other tests show in part; it runs where
/// ARAGORA_SOAK is 1.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdSoakFactAttribute : FactAttribute
{
    public SystemdSoakFactAttribute() => Skip = WhyNone;

    public static bool IsSoak => Environment.GetEnvironmentVariable("ARAGORA_SOAK") == "1";

    public static string? WhyNone => SystemdFleet.WhyNone
        ?? (IsSoak ? null : "it is left for ARAGORA_SOAK=1, where all of these tests run");
}

/// <summary>As <see cref="SystemdFactAttribute"/>, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdTheoryAttribute : TheoryAttribute
{
    public SystemdTheoryAttribute() => Skip = SystemdFleet.WhyNone;
}

/// <summary>As <see cref="SystemdSoakFactAttribute"/>, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdSoakTheoryAttribute : TheoryAttribute
{
    public SystemdSoakTheoryAttribute() => Skip = SystemdSoakFactAttribute.WhyNone;
}

/// <summary>One more case of a theory, where ARAGORA_SOAK is 1.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class SoakInlineDataAttribute(params object[] data) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => SystemdSoakFactAttribute.IsSoak ? [data] : [];
}
