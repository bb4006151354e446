using System.Management.Automation;
using Aragora.Fleet.Failures;
using Aragora.Fleet.PowerShell.Errors;
using Aragora.Fleet.Tests.Hosting;

namespace Aragora.Fleet.Tests.Errors;

public sealed class ErrorCatalogTests
{
    public static TheoryData<FailureKind> Kinds { get; } = [.. Enum.GetValues<FailureKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_HasACategoryThatSaysSomething(FailureKind kind) =>
        Assert.NotEqual(ErrorCategory.NotSpecified, ErrorCatalog.Category(kind));

    [Fact]
    public void Documentation_HasOneRowForEachKind_WithItsCategory()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "errors.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToList();

        Assert.All(rows, row => Assert.Equal(5, row.Length));
        Assert.All(rows.SelectMany(row => row), cell => Assert.NotEmpty(cell));
        Assert.Equal(
            Enum.GetValues<FailureKind>()
                .Select(kind => ($"`{ErrorCatalog.Id(kind)}`", $"{ErrorCatalog.Category(kind)}")),
            rows.Select(row => (row[0], row[1])));
    }

    [Fact]
    public void Record_OfAFailure_HasAllThatAUserNeeds()
    {
        var failure = new FleetException(FailureKind.HostLocked, "Locked.", "Wait.", "i-1", new TimeoutException());

        var record = ErrorRecordFactory.From(failure);

        Assert.Same(failure, record.Exception);
        Assert.Equal("HostLocked", record.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ResourceBusy, record.CategoryInfo.Category);
        Assert.Equal("i-1", record.TargetObject);
        Assert.Equal("Locked.", record.ErrorDetails.Message);
        Assert.Equal("Wait.", record.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Record_OfAnyOtherException_KeepsItsType()
    {
        var bug = new FormatException("x");

        var record = ErrorRecordFactory.From((Exception)bug);

        Assert.Same(bug, record.Exception);
        Assert.Equal("UnexpectedFailure", record.FullyQualifiedErrorId);
    }
}
