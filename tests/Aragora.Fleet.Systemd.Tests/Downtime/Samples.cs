using System.Diagnostics;
using System.Globalization;
using Aragora.Fleet.Systemd.Tests.Fleet;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests.Downtime;

/// <summary>Which hosts were ready at each moment that all of them were asked at, straight and through nginx.</summary>
internal sealed class Samples
{
    private const double PerSecond = 20;
    private const string Flag = "/run/sampled";

    private static readonly string s_script = File.ReadAllText(
        Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Systemd.Tests/Downtime/sample.py"));

    private readonly Dictionary<string, List<(bool Straight, bool Proxied)>> _hosts;
    private readonly TimeSpan _whole;

    private Samples(Dictionary<string, List<(bool Straight, bool Proxied)>> hosts, TimeSpan whole) =>
        (_hosts, _whole) = (hosts, whole);

    /// <summary>How many hosts were ready straight where the fewest were.</summary>
    public int FewestStraight => Fewest(answer => answer.Straight);

    /// <summary>How many hosts were ready through nginx where the fewest were.</summary>
    public int FewestProxied => Fewest(answer => answer.Proxied);

    /// <summary>Asks every host for as long as something takes.</summary>
    public static async Task<Samples> TakeAsync(IReadOnlyDictionary<string, SystemdHost> hosts, Func<Task> work)
    {
        await Task.WhenAll(hosts.Values.Select(host => host.ExecuteAsync("touch", Flag)));
        var asking = hosts.ToDictionary(host => host.Key, host => host.Value.ExecuteAsync("python3", "-c", s_script, Flag));
        // Each has been asked before it begins.
        await Task.Delay(TimeSpan.FromSeconds(1));
        var clock = Stopwatch.StartNew();
        await work();
        var whole = clock.Elapsed;
        await Task.WhenAll(hosts.Values.Select(host => host.ExecuteAsync("rm", Flag)));
        var answers = new Dictionary<string, Dictionary<long, (bool, bool)>>();
        foreach (var (id, ask) in asking)
            answers[id] = Read((await ask).Output);
        var moments = answers.Values.Select(host => host.Keys.AsEnumerable())
            .Aggregate((one, other) => one.Intersect(other)).Order().ToList();
        return new Samples(
            answers.ToDictionary(host => host.Key, host => moments.ConvertAll(moment => host.Value[moment])), whole);
    }

    /// <summary>
    /// A row of the table: the time; the seconds without an answer on each host, and of all, either way; the fewest hosts at once,
    /// either way; and how many were ready at the end.
    /// </summary>
    public string Row(string title) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {title} | {_whole.TotalSeconds:0.0} s | {Seconds(a => a.Straight)} | {Seconds(a => a.Proxied)} "
        + $"| {FewestStraight} | {FewestProxied} | {_hosts.Values.Count(host => host[^1].Straight)} |");

    private static Dictionary<long, (bool, bool)> Read(string output) => output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
        .ToDictionary(words => long.Parse(words[0], CultureInfo.InvariantCulture), words => (words[1] == "1", words[2] == "1"));

    private string Seconds(Func<(bool Straight, bool Proxied), bool> isAnswer)
    {
        var seconds = _hosts.Values.Select(host => host.Count(answer => !isAnswer(answer)) / PerSecond).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{string.Join(", ", seconds.Select(one => one.ToString("0.00", CultureInfo.InvariantCulture)))}; {seconds.Sum():0.00}");
    }

    private int Fewest(Func<(bool Straight, bool Proxied), bool> isAnswer) =>
        Enumerable.Range(0, _hosts.Values.First().Count).Min(i => _hosts.Values.Count(host => isAnswer(host[i])));
}
