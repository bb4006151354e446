namespace Aragora.Fleet.Sandbox.Ec2;

/// <summary>EC2's lists in forms: <c>InstanceId.1</c>, <c>InstanceId.2</c>, …</summary>
internal static class IndexedList
{
    public static string[] Parse(Dictionary<string, string> form, string name)
    {
        var values = new List<string>();
        while (form.TryGetValue($"{name}.{values.Count + 1}", out var value))
            values.Add(value);
        return [.. values];
    }
}
