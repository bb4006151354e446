using System.Management.Automation;
using Aragora.Fleet.Ports;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.Tests.Session;

/// <summary>A sandbox without hosts that counts how often it was stopped.</summary>
internal sealed class FakeSandbox(Action? stopped = null) : ISandbox
{
    public int Stops { get; private set; }

    public Uri Endpoint { get; } = new("http://127.0.0.1:1/");

    public string Region => Regions[0];

    public IReadOnlyList<string> Regions { get; } = ["us-east-1"];

    public AccessKey AccessKey { get; } = new("id", "secret");

    public string ControlToken => "token";

    public bool IsVirtual => false;

    public bool IsIsolated => true;

    public static FleetConnection Connect(FakeSandbox? sandbox) => new()
    {
        Regions = ["us-east-1"],
        Settings = new FleetSettings(),
        Backend = new FakeBackend(),
        Identity = new CallerIdentity("000000000000", "arn:aws:iam::000000000000:user/test"),
        Sandbox = sandbox,
    };

    public ValueTask DisposeAsync()
    {
        Stops++;
        stopped?.Invoke();
        return ValueTask.CompletedTask;
    }

    private sealed class FakeBackend : IFleetBackend
    {
        public IInstanceDirectory Instances => throw new NotSupportedException();

        public ICommandChannel Commands => throw new NotSupportedException();

        public IParameterStore Parameters => throw new NotSupportedException();

        public Task<CallerIdentity> GetCallerIdentityAsync(string region, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Connects a process to a sandbox that says when it is stopped.</summary>
[Cmdlet(VerbsLifecycle.Start, "FakeSandbox")]
public sealed class StartFakeSandboxCommand : PSCmdlet
{
    protected override void EndProcessing()
    {
        FleetSession.Set(FakeSandbox.Connect(new FakeSandbox(() => Console.WriteLine("stopped"))));
        WriteObject("started");
    }
}
