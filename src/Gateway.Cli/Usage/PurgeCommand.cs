using System.CommandLine;
using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Metering.Rollups;

namespace Gateway.Cli.Usage;

internal static class PurgeCommand
{
    public static Command Create(CommandRunner runner)
    {
        Option<string> olderThan = new("--older-than") { Description = $"Rows of single requests that began before: {Days.Forms}.", HelpName = "date|span", Required = true };
        Option<string?> rollups = new("--totals-older-than") { Description = "Daily totals before this day, too. Default: they stay.", HelpName = "date|span" };
        Command command = new("purge", "Delete old usage now, whole days (UTC) at a time. The gateway does so by itself once a day, by Gateway:Retention. The audit trail stays.") { olderThan, rollups };
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) =>
            {
                DateOnly? before = Days.Parse(arguments.GetRequiredValue(olderThan), context.Now);
                DateOnly? totalsBefore = arguments.GetValue(rollups) is { } text ? Days.Parse(text, context.Now) : DateOnly.MinValue;
                if (before is null || totalsBefore is null)
                {
                    return context.Fail($"--older-than and --totals-older-than take {Days.Forms}.");
                }

                DateOnly firstOpen = context.Service<ClosedDays>().FirstOpenDay;
                if (before > firstOpen || totalsBefore > firstOpen)
                {
                    return context.Fail($"Days from {Days.Text(firstOpen)} on are still being counted and cannot be deleted yet.");
                }

                PurgedRows purged = await context.Service<UsageMaintenance>().PurgeAsync(before.Value, totalsBefore.Value, token);
                if (context.Json)
                {
                    context.WriteJson(purged, UsageChangeJson.Default.PurgedRows);
                }
                else
                {
                    context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Deleted {purged.Usage} rows of requests and {purged.Rollups} daily totals."));
                }

                return 0;
            },
            cancellation));
        return command;
    }
}
