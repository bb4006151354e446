using Aragora.Fleet.Packaging.Gallery;
using Aragora.Fleet.Packaging.Help;

const int Failed = 1;
const int WrongUsage = 2;

switch (args)
{
    case ["help", var root]:
        try
        {
            HelpFolder.Write(root);
            return 0;
        }
        catch (HelpFormatException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    case ["package", var root, var output]:
        Console.WriteLine(GalleryPackage.Build(root, output));
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            "usage: Aragora.Fleet.Packaging help CHECKOUT | package CHECKOUT OUTPUT\n"
            + "  help     fills en-US beside the manifest from docs\n"
            + "  package  lays the built module out below OUTPUT and packs it for the PowerShell Gallery");
        return WrongUsage;
}
