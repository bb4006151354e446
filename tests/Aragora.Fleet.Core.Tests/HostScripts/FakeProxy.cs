namespace Aragora.Fleet.HostScripts;

/// <summary>The nginx of a fake host: passes /api/health on, or answers with the status that the file "proxy" of its release names.</summary>
internal sealed class FakeProxy(FakeHost host) : FakeServer
{
    protected override (string Code, string Body)? Answer(string path, string authorization)
    {
        var file = host.At("proxy", File.ReadAllText(host.At("running")).Trim());
        return (path != "/api/health" ? "404" : File.Exists(file) ? File.ReadAllText(file).Trim() : "200", "");
    }
}
