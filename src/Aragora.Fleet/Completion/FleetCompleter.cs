using System.Collections;
using System.Collections.Concurrent;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using Aragora.Fleet.PowerShell.Session;

namespace Aragora.Fleet.PowerShell.Completion;

/// <summary>
/// The base of completers: Tab never shows an error and never waits long. A source that does not answer in time goes on
/// in the background, and the next Tab has its answer.
/// </summary>
internal abstract class FleetCompleter : IArgumentCompleter
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);
    internal static readonly TimeSpan Freshness = TimeSpan.FromSeconds(30);

    private static readonly ConditionalWeakTable<Runspace, ConcurrentDictionary<Type, Answer>> s_caches = [];

    /// <summary>Measures patience and freshness.</summary>
    protected virtual TimeProvider Clock => TimeProvider.System;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters)
    {
        try
        {
            var text = new CompletionText(wordToComplete);
            return [.. GetCandidates()
                .Where(candidate => text.Matches(candidate.Value))
                .Select(candidate => text.Result(candidate.Value, candidate.ToolTip))];
        }
        catch (Exception)
        {
            // An exception here would be shown in the middle of the line that the user is typing.
            return [];
        }
    }

    /// <summary>Finds everything that could stand at the cursor. Beside the pipeline thread.</summary>
    /// <param name="connection">The session's connection; null without one.</param>
    protected abstract Task<IReadOnlyList<CompletionCandidate>> FindAsync(FleetConnection? connection);

    private IReadOnlyList<CompletionCandidate> GetCandidates()
    {
        var cache = s_caches.GetOrCreateValue(Runspace.DefaultRunspace);
        if (!cache.TryGetValue(GetType(), out var answer) || answer.IsStale(Clock))
        {
            var connection = FleetSession.Current;
            answer = new Answer(Task.Run(() => FindAsync(connection)), Clock.GetTimestamp());
            cache[GetType()] = answer;
        }

        return answer.Candidates.WaitAsync(Patience, Clock).GetAwaiter().GetResult();
    }

    private sealed record Answer(Task<IReadOnlyList<CompletionCandidate>> Candidates, long Asked)
    {
        public bool IsStale(TimeProvider clock) =>
            Candidates.IsFaulted || Candidates.IsCanceled || clock.GetElapsedTime(Asked) > Freshness;
    }
}
