using System.Text.Json;
using Aragora.Fleet.Sandbox.Wire;

namespace Aragora.Fleet.Sandbox.Ssm.Commands;

/// <summary>
/// The parameters of SendCommand that lead out of Systems Manager. Where they lead the sandbox has nothing: what AWS
/// refuses when it is not there is refused, and what AWS ignores is ignored.
/// </summary>
internal static class CommandOutputs
{
    private static readonly string[] s_events = ["All", "InProgress", "Success", "TimedOut", "Cancelled", "Failed"];

    public static void Check(JsonElement arguments)
    {
        arguments.CheckLength("DocumentHash", 0, 256);
        CheckEnum("DocumentHashType", arguments.Text("DocumentHashType"), "Sha256", "Sha1");
        // "Deprecated. You can no longer specify this parameter. The system ignores it."
        arguments.CheckLength("OutputS3Region", 3, 20);
        arguments.CheckLength("OutputS3BucketName", 3, 63);
        arguments.CheckLength("OutputS3KeyPrefix", 0, 500);
        CheckLogs(arguments.Member("CloudWatchOutputConfig"));
        CheckAlarms(arguments.Member("AlarmConfiguration"));
        CheckNotifications(arguments.Member("NotificationConfig"));
        if (arguments.Text("OutputS3BucketName") is { } bucket)
            throw new AwsException("InvalidOutputFolder", $"The S3 bucket {bucket} doesn't exist.");
    }

    private static void CheckLogs(JsonElement? logs)
    {
        logs?.CheckLength("CloudWatchLogGroupName", 1, 512);
        if (logs?.Text("CloudWatchLogGroupName") is { } name)
            CommandPatterns.Match("CloudWatchLogGroupName", name, CommandPatterns.LogGroup());
        logs?.Flag("CloudWatchOutputEnabled");
    }

    private static void CheckAlarms(JsonElement? alarms)
    {
        alarms?.CheckCount("Alarms", 1, 1);
        foreach (var alarm in alarms?.Items("Alarms") ?? [])
        {
            alarm.RequiredText("Name");
            alarm.CheckLength("Name", 1, 255);
        }
    }

    private static void CheckNotifications(JsonElement? notifications)
    {
        foreach (var value in notifications?.Texts("NotificationEvents") ?? [])
            CheckEnum("NotificationEvents", value, s_events);
        CheckEnum("NotificationType", notifications?.Text("NotificationType"), "Command", "Invocation");
        if (notifications?.Text("NotificationArn") is { } topic)
            throw new AwsException("InvalidNotificationConfig", $"The SNS topic {topic} doesn't exist.");
    }

    private static void CheckEnum(string name, string? value, params string[] values)
    {
        if (value is not null && !values.Contains(value))
        {
            throw AwsException.Validation(
                name, value, $"Member must satisfy enum value set: [{string.Join(", ", values)}]");
        }
    }
}
