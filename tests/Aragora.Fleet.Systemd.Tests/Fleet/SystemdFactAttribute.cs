namespace Aragora.Fleet.Systemd.Tests.Fleet;

/// <summary>A test on hosts with systemd; it says what the machine lacks for them where it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdFactAttribute : FactAttribute
{
    public SystemdFactAttribute() => Skip = SystemdFleet.WhyNone;
}

/// <summary>As <see cref="SystemdFactAttribute"/>, for a measure of minutes, which runs where ARAGORA_SOAK is 1.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdSoakFactAttribute : FactAttribute
{
    public SystemdSoakFactAttribute() => Skip = SystemdFleet.WhyNone
        ?? (Environment.GetEnvironmentVariable("ARAGORA_SOAK") == "1" ? null : "a measure of minutes; set ARAGORA_SOAK=1 to run it");
}

/// <summary>As <see cref="SystemdFactAttribute"/>, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SystemdTheoryAttribute : TheoryAttribute
{
    public SystemdTheoryAttribute() => Skip = SystemdFleet.WhyNone;
}
