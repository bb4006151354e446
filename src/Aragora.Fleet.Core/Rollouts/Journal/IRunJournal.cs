namespace Aragora.Fleet.Rollouts.Journal;

/// <summary>
/// What a run did, in the order in which it did it, for the people of the machine that it ran on. No run depends on it:
/// what the hosts hold is what counts. Never given a secret.
/// </summary>
public interface IRunJournal
{
    /// <summary>Adds an entry.</summary>
    /// <param name="what">plan, lock, claim, wave, gate, result, back, approval or end.</param>
    /// <param name="fields">What is to be known of it: texts, numbers, times, and lists of them.</param>
    void Add(string what, params (string Name, object? Value)[] fields);
}
