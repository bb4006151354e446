namespace Aragora.Fleet.Sandbox.HostInit;

/// <summary>An exit code as systemd words it. A code above 128 is taken for the death by a signal.</summary>
internal sealed record ExitStatus(int Number, string Result, string Text)
{
    public static ExitStatus Of(int code) => code switch
    {
        0 => new(0, "success", "code=exited, status=0/SUCCESS"),
        > 128 and <= 192 => new(code - 128, "signal", $"code=killed, status={code - 128}/{Signal(code - 128)}"),
        _ => new(code, "exit-code", $"code=exited, status={code}/{Name(code)}"),
    };

    private static string Signal(int number) => number switch
    {
        1 => "HUP",
        2 => "INT",
        6 => "ABRT",
        9 => "KILL",
        11 => "SEGV",
        15 => "TERM",
        _ => $"{number}",
    };

    private static string Name(int code) => code switch
    {
        1 => "FAILURE",
        ExecFailure.ChangeDirectory => "CHDIR",
        ExecFailure.Exec => "EXEC",
        ExecFailure.User => "USER",
        _ => "n/a",
    };
}
