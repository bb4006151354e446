using Aragora.Fleet.Sandbox.App;
using Aragora.Fleet.Sandbox.HostInit;
using Aragora.Fleet.Sandbox.StandAlone;

// The hosts' processes are this assembly too; they must get by without Aragora.Fleet.Core, which is not beside it.
return args switch
{
    ["host-init", .. var rest] when OperatingSystem.IsLinux() => await HostInitProgram.RunAsync(rest),
    ["app", .. var rest] => await AppProgram.RunAsync(rest),
    _ => await StandAloneProgram.RunAsync(args),
};
