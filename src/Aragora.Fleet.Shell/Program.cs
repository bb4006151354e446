using System.Text;
using Aragora.Fleet.Shell;

const int UsageError = 64;
const int StartFailed = 70;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
if (args is ["-Help" or "-h" or "-?" or "--help"])
{
    Console.WriteLine(ShellOptions.Usage);
    return 0;
}

if (!ShellOptions.TryParse(args, out var options, out var mistake))
{
    Console.Error.WriteLine(mistake);
    Console.Error.WriteLine(ShellOptions.Usage);
    return UsageError;
}

if ((options.ModulePath ?? ModuleLocator.Find(AppContext.BaseDirectory)) is not { } module)
{
    Console.Error.WriteLine($"{ModuleLocator.ManifestName} was not found in or above {AppContext.BaseDirectory}.");
    return StartFailed;
}

using var session = new ShellSession(options.IsInteractive);
return session.Import(module) ? session.Run(options) : StartFailed;
