using System.CommandLine;
using System.Globalization;
using Gateway.Alerts;
using Gateway.Cli.Shared;
using Spectre.Console;

namespace Gateway.Cli.Alerts;

/// <summary><c>alerts</c>: what webhooks were told, and whether they work.</summary>
internal static class AlertsCommand
{
    private const int Page = 1000;

    public static Command Create(CommandRunner runner) => new("alerts", "What webhooks are told: budgets that are used up, targets that are down, a storage that is away.")
    {
        List(runner),
        Test(runner),
    };

    private static Command List(CommandRunner runner)
    {
        Option<int> limit = new("--limit") { Description = "So many at most.", DefaultValueFactory = _ => 100 };
        Command list = new("list", "List alerts: those that are still to be sent first, then the newest.") { limit };
        list.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                int most = arguments.GetValue(limit);
                if (most < 1)
                {
                    return context.Fail("--limit takes a whole number, 1 or more.");
                }

                IAlertStore store = context.Service<IAlertStore>();
                List<StoredAlert> alerts = [];
                AlertPage page;
                string? after = null;
                do
                {
                    page = await store.ListAsync(Math.Min(Page, most - alerts.Count), after, token);
                    alerts.AddRange(page.Data);
                    after = page.Next;
                }
                while (after is not null && alerts.Count < most);
                Write(context, alerts);
                return 0;
            },
            cancellation));
        return list;
    }

    private static Command Test(CommandRunner runner)
    {
        Command test = new("test", "Send a message to every webhook of the settings on this machine, and show what it answers.");
        test.SetAction((arguments, cancellation) => runner.ReadAsync(
            arguments,
            async (context, token) =>
            {
                WebhookAnswers answers = await context.Service<WebhookTest>().RunAsync(token);
                if (answers.Data.Count == 0)
                {
                    return context.Fail("No webhook is set. Set Gateway__Alerts__Webhooks__<name>__Url, or the same in gateway.json.");
                }

                Write(context, answers);
                return answers.Data.All(answer => answer.Delivered) ? 0 : 1;
            },
            cancellation));
        return test;
    }

    private static void Write(CommandContext context, WebhookAnswers answers)
    {
        if (context.Json)
        {
            context.WriteJson(answers, StoredAlertJson.Default.WebhookAnswers);
            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("webhook", "host", "format", "answer");
        foreach (WebhookAnswer answer in answers.Data)
        {
            table.AddRow(
                Markup.Escape(answer.Webhook),
                Markup.Escape(answer.Host),
                answer.Format.ToString().ToLowerInvariant(),
                answer.Problem ?? string.Create(CultureInfo.InvariantCulture, $"{answer.Status}: it took the message"));
        }

        context.WriteTable(table);
    }

    private static void Write(CommandContext context, IReadOnlyList<StoredAlert> alerts)
    {
        if (context.Json)
        {
            context.WriteJson(alerts, StoredAlertJson.Default.IReadOnlyListStoredAlert);
            return;
        }

        Table table = new Table().RoundedBorder().AddColumns("when", "event", "state", "sent to", "message", "problem");
        foreach (StoredAlert stored in alerts)
        {
            table.AddRow(
                stored.Alert.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                stored.Alert.Event,
                stored.State.ToString().ToLowerInvariant(),
                Markup.Escape(string.Join(", ", stored.SentTo)),
                Markup.Escape(stored.Alert.Message),
                Markup.Escape(stored.Problem ?? ""));
        }

        context.WriteTable(table);
    }
}
