using System.CommandLine;
using System.Globalization;
using Gateway.Alerts;
using Gateway.Cli.Shared;

namespace Gateway.Cli.Alerts;

/// <summary><c>alerts</c>: what webhooks were told, and whether they work.</summary>
internal static class AlertsCommand
{
    private const int Page = 1000;

    private static readonly Listing<StoredAlert> s_alerts = new(
        [
            new("when", stored => Texts.Second(stored.Alert.At), ColumnKind.Whole),
            new("event", stored => stored.Alert.Event, ColumnKind.Whole),
            new("state", stored => stored.State.ToString().ToLowerInvariant(), ColumnKind.Whole, Rank: 1),
            new("sent to", stored => string.Join(", ", stored.SentTo), Rank: 4),
            new("message", stored => stored.Alert.Message, ColumnKind.Prose, Rank: 3),
            new("problem", stored => stored.Problem, ColumnKind.Prose, Rank: 2),
        ],
        [
            new("id", stored => stored.Alert.Id),
            new("at", stored => stored.Alert.At),
            new("event", stored => stored.Alert.Event),
            new("state", stored => stored.State.ToString().ToLowerInvariant()),
            new("sent_to", stored => stored.SentTo),
            new("message", stored => stored.Alert.Message),
            new("problem", stored => stored.Problem),
        ]);

    private static readonly Listing<WebhookAnswer> s_answers = new(
        [
            new("webhook", answer => answer.Webhook, Least: 20),
            new("host", answer => answer.Host, Rank: 3),
            new("format", answer => answer.Format.ToString().ToLowerInvariant(), ColumnKind.Whole, Rank: 2),
            new("answer", answer => answer.Problem ?? string.Create(CultureInfo.InvariantCulture, $"{answer.Status}: it took the message"), ColumnKind.Prose, Rank: 1),
        ],
        [
            new("webhook", answer => answer.Webhook),
            new("host", answer => answer.Host),
            new("format", answer => answer.Format.ToString().ToLowerInvariant()),
            new("delivered", answer => answer.Delivered),
            new("status", answer => answer.Status),
            new("problem", answer => answer.Problem),
        ]);

    public static Command Create(CommandRunner runner) => new("alerts", "What webhooks are told: budgets that are used up, targets that are down, a storage that is away.")
    {
        List(runner),
        Test(runner),
    };

    private static Command List(CommandRunner runner)
    {
        Option<int> limit = new("--limit") { Description = "So many at most.", DefaultValueFactory = _ => 100, HelpName = "n" };
        Command list = new("list", "List alerts: those that are still to be sent first, then the newest.") { limit };
        ListOptions.AddTo(list);
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
        ListOptions.AddTo(test);
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

        context.WriteList(answers.Data, s_answers, "No webhook is set.");
    }

    private static void Write(CommandContext context, IReadOnlyList<StoredAlert> alerts)
    {
        if (context.Json)
        {
            context.WriteJson(alerts, StoredAlertJson.Default.IReadOnlyListStoredAlert);
            return;
        }

        context.WriteList(alerts, s_alerts, "Nobody was told anything yet: there was no budget used up, no target down and no storage away. 'gw alerts test' sends a message.");
    }
}
