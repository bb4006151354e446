using System.Runtime.Versioning;
using Aragora.Fleet.Sandbox.Instances;

namespace Aragora.Fleet.Sandbox.Hosts;

/// <summary>Fills a host's folder with everything but the application, which the host itself installs.</summary>
[SupportedOSPlatform("linux")]
internal sealed class HostFiles(HostPlan plan)
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly string[] s_directories =
        ["/home/ec2-user", "/opt", "/var/lib", "/var/log", "/tmp", "/root"];

    private string ModulePath { get; } = typeof(HostFiles).Assembly.Location;

    public void Write()
    {
        foreach (var directory in s_directories)
            Directory.CreateDirectory(plan.Outside.Prefix + directory);
        WriteStandIns();
        WriteSystemFiles();
        WriteUnits();
        WriteVirtualEnvironment();
        WriteFile("/run/sandbox/env", Settings());
        WriteFile("/run/sandbox/boot_id", $"{Guid.NewGuid()}\n");
    }

    private void WriteStandIns()
    {
        foreach (var name in EmbeddedFile.NamesUnder(EmbeddedFile.StandIns))
            WriteScript("/run/sandbox/bin/" + name[EmbeddedFile.StandIns.Length..], EmbeddedFile.Read(name));
        if (plan.Inside.Prefix.Length > 0)
            File.CreateSymbolicLink(plan.Outside.StandIns + "/sh", "/bin/bash");
        WriteScript(
            "/run/sandbox/aragora-server",
            $"""
            #!/bin/bash
            export DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0 DOTNET_TC_CallCounting=0 DOTNET_gcConcurrent=0
            exec "{plan.Dotnet}" "{ModulePath}" app --token-hash {plan.TokenHash} "$@"

            """);
    }

    private void WriteSystemFiles()
    {
        var layout = plan.Instance.Layout;
        WriteFile(
            "/etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\n"
            + "ec2-user:x:0:0:EC2 Default User:/home/ec2-user:/bin/bash\n"
            + "aragora:x:0:0::/opt/aragora:/sbin/nologin\n"
            + (plan.User == layout.User ? "" : $"{plan.User}:x:0:0::/:/bin/bash\n"));
        WriteFile("/etc/group", "root:x:0:\nec2-user:x:0:\naragora:x:0:\n");
        WriteFile("/etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n");
        WriteFile("/etc/hosts", $"127.0.0.1 localhost\n127.0.0.1 {plan.Instance.Name}\n");
        WriteFile("/etc/hostname", plan.Instance.Name + "\n");
        WriteFile("/etc/resolv.conf", "");
        WriteFile(
            "/etc/os-release",
            $"NAME=\"Amazon Linux\"\nID=\"amzn\"\nVERSION_ID=\"{layout.PlatformVersion}\"\n"
            + $"PRETTY_NAME=\"Amazon Linux {layout.PlatformVersion}\"\n");
    }

    private void WriteUnits()
    {
        WriteFile("/etc/systemd/system/aragora.service", ServiceUnit.Of(plan));
        WriteFile("/etc/systemd/system/aragora.service.d/secrets.conf", Secrets());
        // Port 80 is the machine's where the host has no network of its own.
        if (plan.Inside.Prefix.Length == 0)
            WriteNginx();
        WriteFile(
            "/etc/systemd/system/amazon-ssm-agent.service",
            "[Unit]\nDescription=amazon-ssm-agent\n\n[Service]\nExecStart=/bin/sleep infinity\n");
    }

    private void WriteNginx()
    {
        WriteFile(
            "/etc/systemd/system/nginx.service",
            $"[Unit]\nDescription=The nginx HTTP server\n\n[Service]\nExecStart={plan.Inside.StandIns}/nginx\n");
        WriteFile(
            "/etc/nginx/conf.d/aragora.conf",
            $$"""
            server {
                listen 80 default_server;
                location / {
                    proxy_pass http://127.0.0.1:{{plan.HttpPort}};
                }
            }

            """);
    }

    private string Secrets()
    {
        var lines = new List<string>
        {
            "ARAGORA_USE_SECRETS_MANAGER=true",
            $"AWS_REGION={plan.Instance.Place.Region}",
            "ARAGORA_SECRET_NAME=aragora/production",
            "ARAGORA_DB_BACKEND=sqlite",
            "ARAGORA_ENV=production",
            "ARAGORA_SECRETS_STRICT=false",
            "ARAGORA_SINGLE_INSTANCE=true",
        };
        if (plan.PinnedBuild is not null)
            lines.AddRange([$"ARAGORA_BUILD_SHA={plan.PinnedBuild}", "ARAGORA_BUILD_TIME=2026-03-06T20:00:00Z"]);
        return "[Service]\n" + string.Concat(lines.Select(line => $"Environment={line}\n"));
    }

    private void WriteVirtualEnvironment()
    {
        WriteScript(
            "/run/sandbox/venv/bin/python",
            EmbeddedFile.Read("python")
                .Replace("@RUN@", plan.Inside.RunDirectory)
                .Replace("@CODE@", plan.CodeDirectory)
                .Replace("@INDEX@", plan.Index));
        WriteScript("/run/sandbox/venv/bin/pip", EmbeddedFile.Read("pip"));
        if (plan.Instance.Layout.IsPackage)
            WriteScript("/run/sandbox/pip-of-index", EmbeddedFile.Read("pip-of-index"));
        WriteFile(
            "/run/sandbox/venv/bin/activate",
            EmbeddedFile.Read("activate").Replace("@VENV@", plan.AppDirectory + "/venv"));
    }

    private string Settings()
    {
        var instance = plan.Instance;
        var (origin, install) = instance.Layout.IsPackage
            ? ("", PackageIndex.Requirement(instance.Release))
            : (plan.Repository, "-e .");
        string[] arguments = [instance.Id, instance.Place.Region, instance.Name, plan.Marker, plan.Inside.Prefix];
        return $"""
            ORIGIN='{origin}'
            APP_DIRECTORY='{plan.AppDirectory}'
            RELEASE='{instance.Release}'
            INSTALL=({install})
            DOTNET='{plan.Dotnet}'
            DOTNET_DIRECTORY='{Path.GetDirectoryName(plan.Dotnet)}'
            MODULE='{ModulePath}'
            MODULE_DIRECTORY='{Path.GetDirectoryName(ModulePath)}'
            INIT_ARGUMENTS=('{string.Join("' '", arguments)}')

            """;
    }

    private void WriteScript(string path, string text)
    {
        WriteFile(path, text);
        File.SetUnixFileMode(plan.Outside.Prefix + path, Executable);
    }

    private void WriteFile(string path, string text)
    {
        var full = plan.Outside.Prefix + path;
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
