using Xunit;

namespace Aragora.Fleet.HostScripts;

/// <summary>A test that needs programs of a Linux host; it says which are missing where it is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HostFactAttribute : FactAttribute
{
    public HostFactAttribute(params string[] programs)
    {
        var missing = programs.Where(program => !HostShell.Has(program)).ToList();
        if (!OperatingSystem.IsLinux())
            Skip = "host scripts need Linux";
        else if (missing.Count > 0)
            Skip = $"not on this machine: {string.Join(", ", missing)}";
    }
}

/// <summary>As <see cref="HostFactAttribute"/>, for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HostTheoryAttribute : TheoryAttribute
{
    public HostTheoryAttribute(params string[] programs) => Skip = new HostFactAttribute(programs).Skip;
}
