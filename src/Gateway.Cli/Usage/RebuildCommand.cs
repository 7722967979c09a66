using System.CommandLine;
using System.Globalization;
using Gateway.Cli.Shared;
using Gateway.Metering.Rollups;

namespace Gateway.Cli.Usage;

internal static class RebuildCommand
{
    public static Command Create(CommandRunner runner)
    {
        Option<string> day = new("--day") { Description = $"The day (UTC): {Days.Forms}.", HelpName = "date|span", Required = true };
        Command command = new("rebuild", "Compute the totals of a day again from the rows of its requests. The gateway does so by itself two days after.") { day };
        command.SetAction((arguments, cancellation) => runner.WriteAsync(
            arguments,
            async (context, token) =>
            {
                if (Days.Parse(arguments.GetRequiredValue(day), context.Now) is not { } date)
                {
                    return context.Fail($"--day takes {Days.Forms}.");
                }

                ClosedDays closed = context.Service<ClosedDays>();
                if (date >= closed.FirstOpenDay)
                {
                    return context.Fail($"{Days.Text(date)} is still being counted: the gateway adds to days from {Days.Text(closed.FirstOpenDay)} on. Rebuild it two days after.");
                }

                if (date < closed.FirstWholeDay)
                {
                    return context.Fail($"The rows of {Days.Text(date)} are past the time of {RetentionOptions.Section}:{nameof(RetentionOptions.UsageDays)}, so some may be gone. Its totals stay as they are.");
                }

                if (await closed.RebuildAsync(date, token) is not { } totals)
                {
                    return context.Fail($"There are no rows of requests on {Days.Text(date)}. Its totals, if there are any, stay as they are.");
                }

                if (context.Json)
                {
                    context.WriteJson(new RebuiltDay(date, totals.Requests, totals.CostUsd), UsageChangeJson.Default.RebuiltDay);
                }
                else
                {
                    context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Days.Text(date)}: {totals.Requests} requests, {totals.CostUsd} USD."));
                }

                return 0;
            },
            cancellation));
        return command;
    }
}

/// <param name="Day">The day that was rebuilt.</param>
/// <param name="Requests">Rows that were counted.</param>
/// <param name="CostUsd">What they cost, as far as known.</param>
internal sealed record RebuiltDay(DateOnly Day, long Requests, decimal CostUsd);
