using Aragora.Fleet.Tests.Commands;
using Aragora.Fleet.Tests.Help;
using Aragora.Fleet.Tests.KillMatrix;
using Aragora.Fleet.Tests.Package;
using Aragora.Fleet.Tests.Shell;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Aragora.Fleet.Tests.LongestFirst", "Aragora.Fleet.Tests")]

namespace Aragora.Fleet.Tests;

/// <summary>Begins with the classes that take minutes: none of them is what all wait for in the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] s_long =
    [
        typeof(ExampleTests), typeof(KillMatrixTests), typeof(FailedDeployTests), typeof(DeployPlanTests), typeof(AutomationTests),
        typeof(NonInteractiveTests), typeof(DeployTests), typeof(VirtualFleetTests), typeof(EndingEarlyTests), typeof(FormatTests),
        typeof(ShellTests), typeof(LiveResumeTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection =>
            !s_long.Any(type => collection.DisplayName.EndsWith(" " + type.FullName, StringComparison.Ordinal)));
}
