using System.Management.Automation;
using Aragora.Fleet.Failures;

namespace Aragora.Fleet.PowerShell.Errors;

/// <summary>Makes the error records that users see.</summary>
internal static class ErrorRecordFactory
{
    /// <summary>A failure of the closed set as an error record, its target the thing at fault.</summary>
    public static ErrorRecord From(FleetException failure) =>
        new(failure, ErrorCatalog.Id(failure.Kind), ErrorCatalog.Category(failure.Kind), failure.FailureTarget)
        {
            ErrorDetails = new ErrorDetails(failure.Message) { RecommendedAction = failure.Action },
        };

    /// <summary>Any exception as an error record: outside the closed set it is a defect of the module.</summary>
    public static ErrorRecord From(Exception exception) => exception is FleetException failure
        ? From(failure)
        : new ErrorRecord(
            exception,
            ErrorCatalog.Id(FailureKind.UnexpectedFailure),
            ErrorCatalog.Category(FailureKind.UnexpectedFailure),
            targetObject: null)
        {
            ErrorDetails = new ErrorDetails($"Unexpected failure, a defect of the module: {exception.Message}")
            {
                RecommendedAction = "Report it with the output of '$Error[0].Exception | Format-List * -Force'.",
            },
        };

    /// <summary>Message and recommendation as text, for when the engine takes no records.</summary>
    public static string Describe(ErrorRecord error)
    {
        var message = error.ErrorDetails?.Message ?? error.Exception.Message;
        var action = error.ErrorDetails?.RecommendedAction;
        return string.IsNullOrEmpty(action) ? message : $"{message} {action}";
    }
}
