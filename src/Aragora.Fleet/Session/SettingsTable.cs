using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.PowerShell.Session;

/// <summary>Reads settings that a user names in a table, such as <c>@{ Unit = 'aragora-blue' }</c>.</summary>
internal static class SettingsTable
{
    /// <summary>The settings with those of the table changed.</summary>
    /// <exception cref="FleetException">RequestRejected: there is no such setting, or the value is none of its kind.</exception>
    public static FleetSettings Apply(FleetSettings settings, Hashtable table)
    {
        var changed = settings with { };
        foreach (DictionaryEntry entry in table)
        {
            var name = Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!;
            var setting = Array.Find(
                typeof(FleetSettings).GetProperties(), known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw Rejected($"There is no setting '{name}'.", name);
            if (!LanguagePrimitives.TryConvertTo(entry.Value, setting.PropertyType, CultureInfo.InvariantCulture, out var value)
                || value is null or "" || (value is TimeSpan span && span < TimeSpan.Zero))
            {
                throw Rejected($"'{entry.Value}' is no value of the setting {setting.Name}.", name);
            }

            setting.SetValue(changed, value);
        }

        return changed;
    }

    private static FleetException Rejected(string what, string name) => new(
        FailureKind.RequestRejected,
        what,
        $"The settings are {string.Join(", ", typeof(FleetSettings).GetProperties().Select(known => known.Name).Order())}.",
        name);
}
