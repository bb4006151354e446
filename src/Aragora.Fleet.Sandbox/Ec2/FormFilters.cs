using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>EC2's filters in forms: all of them must match, by any of their values.</summary>
internal static class FormFilters
{
    private const int MaxFilters = 50;
    private const int MaxValues = 200;

    /// <param name="items">What is filtered.</param>
    /// <param name="form">The request.</param>
    /// <param name="selector">The values that a filter of a name looks at; null where there is no such filter.</param>
    public static IReadOnlyList<T> Apply<T>(
        IReadOnlyList<T> items, Dictionary<string, string> form,
        Func<string, Func<T, IEnumerable<string>>?> selector)
    {
        var conditions = Parse(form, selector).ToList();
        return [.. items.Where(item => conditions.TrueForAll(condition => condition(item)))];
    }

    private static IEnumerable<Func<T, bool>> Parse<T>(
        Dictionary<string, string> form, Func<string, Func<T, IEnumerable<string>>?> selector)
    {
        for (var i = 1; form.TryGetValue($"Filter.{i}.Name", out var name); i++)
        {
            if (selector(name) is not { } values)
                throw new AwsException("InvalidParameterValue", $"The filter '{name}' is invalid");
            var patterns = IndexedList.Parse(form, $"Filter.{i}.Value");
            if (i > MaxFilters || patterns.Length > MaxValues)
            {
                throw new AwsException(
                    "FilterLimitExceeded", $"A request takes {MaxFilters} filters of {MaxValues} values each.");
            }

            yield return item => values(item).Any(value => patterns.Any(pattern => Wildcard.Matches(pattern, value)));
        }
    }
}
