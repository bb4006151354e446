using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Aragora.Fleet.Sandbox.Hosts;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Systemd.Tests.Fleet;

/// <summary>
/// The root file systems of the hosts, and the application's repository beside them. They are made once for a recipe, and kept
/// in the user's cache: the recipe is the folders Image and App, the answers of the application, and its commits.
/// </summary>
internal static class HostImage
{
    private static readonly string s_project = Path.Combine(RepositoryRoot.Path, "tests/Aragora.Fleet.Systemd.Tests");
    private static readonly string s_application = Path.Combine(s_project, "App");
    private static readonly string s_script = Path.Combine(s_project, "Image/build-image.sh");
    private static readonly string s_answers =
        Path.Combine(RepositoryRoot.Path, "src/Aragora.Fleet.Sandbox/Resources/app/answers.json");

    private static readonly TimeSpan s_kept = TimeSpan.FromDays(14);

    /// <summary>Gives the folder of the image, which it makes where there is none.</summary>
    public static async Task<string> EnsureAsync()
    {
        var cache = Directory.CreateDirectory(CacheFolder()).FullName;
        // Two test runs must not make the same image; the lock ends with the process.
        await using var @lock = await LockAsync(Path.Combine(cache, "lock"));
        var origin = Path.Combine(cache, "origin.git");
        if (Directory.Exists(origin))
            Directory.Delete(origin, recursive: true);
        var tags = await AppRepository.CreateAsync(origin, CancellationToken.None, ApplicationFiles());
        var image = Path.Combine(cache, Key(tags));
        if (!Directory.Exists(image))
        {
            await BuildAsync(image, origin);
            RemoveOld(cache);
        }

        Directory.SetLastWriteTimeUtc(image, DateTime.UtcNow);
        return image;
    }

    private static string CacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "aragora-fleet");

    private static async Task<FileStream> LockAsync(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    private static Dictionary<string, string> ApplicationFiles()
    {
        var files = Directory.EnumerateFiles(s_application, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetRelativePath(s_application, path), File.ReadAllText);
        files["aragora/server/answers.json"] = File.ReadAllText(s_answers);
        return files;
    }

    private static string Key(IReadOnlyDictionary<string, string> tags)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var commit in tags.Values.Order(StringComparer.Ordinal))
            hash.AppendData(Encoding.ASCII.GetBytes(commit));
        var recipe = Directory.EnumerateFiles(Path.GetDirectoryName(s_script)!, "*", SearchOption.AllDirectories);
        foreach (var path in recipe.Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(s_project, path)));
            hash.AppendData(File.ReadAllBytes(path));
        }

        return Convert.ToHexString(hash.GetHashAndReset())[..16].ToLowerInvariant();
    }

    private static async Task BuildAsync(string image, string origin)
    {
        var log = image + ".log";
        using var build = Process.Start("bash", ["-c", "exec bash \"$@\" >\"$0\" 2>&1", log, s_script, image, origin]);
        await build.WaitForExitAsync();
        if (build.ExitCode != 0)
            throw new InvalidOperationException($"The image of the hosts could not be made:\n{File.ReadAllText(log)}");
    }

    private static void RemoveOld(string cache)
    {
        foreach (var folder in Directory.GetDirectories(cache))
        {
            if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > s_kept)
                Directory.Delete(folder, recursive: true);
        }
    }
}
