namespace Aragora.Fleet.Ports;

/// <summary>Where the domain tells what it does. Never given a secret.</summary>
public interface IFleetLog
{
    /// <summary>What the user must know although nothing has failed.</summary>
    void Warning(string message);

    /// <summary>One line for each decision, with ids.</summary>
    void Verbose(string message);

    /// <summary>One line for each poll.</summary>
    void Debug(string message);

    /// <summary>How far the work is.</summary>
    /// <param name="status">A phrase, such as <c>3 of 4 answered</c>.</param>
    /// <param name="done">How many units are done.</param>
    /// <param name="total">How many units there are; 0 where unknown.</param>
    void Progress(string status, int done, int total);
}
