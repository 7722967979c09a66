using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Alerts;

/// <summary>
/// An alert as its receiver takes it. Names that people chose are put where Slack and Teams read no markup: a key called
/// <c>&lt;!channel&gt;</c> must not ring everybody's phone.
/// </summary>
internal static class WebhookBody
{
    private const string CardType = "application/vnd.microsoft.card.adaptive";

    public static byte[] Of(Alert alert, WebhookFormat format) => format switch
    {
        WebhookFormat.Slack => JsonSerializer.SerializeToUtf8Bytes(Slack(alert), NodeJson.Default.JsonObject),
        WebhookFormat.Teams => JsonSerializer.SerializeToUtf8Bytes(Teams(alert), NodeJson.Default.JsonObject),
        _ => JsonSerializer.SerializeToUtf8Bytes(alert, AlertJson.Default.Alert),
    };

    /// <summary>For an incoming webhook: <c>text</c> is what notifications show.</summary>
    private static JsonObject Slack(Alert alert)
    {
        JsonArray blocks =
        [
            new JsonObject { ["type"] = "header", ["text"] = PlainText(alert.Title) },
            new JsonObject { ["type"] = "section", ["text"] = PlainText(alert.Message) },
        ];
        if (Facts(alert) is { Count: > 0 } facts)
        {
            blocks.Add(new JsonObject { ["type"] = "section", ["fields"] = new JsonArray([.. facts.Select(fact => PlainText($"{fact.Name}: {fact.Value}"))]) });
        }

        return new JsonObject { ["text"] = Escape($"{alert.Title}: {alert.Message}"), ["blocks"] = blocks };
    }

    /// <summary>For a Workflows webhook, which posts the cards that are attached to a message.</summary>
    private static JsonObject Teams(Alert alert)
    {
        JsonArray body =
        [
            new JsonObject { ["type"] = "TextBlock", ["text"] = alert.Title, ["size"] = "Medium", ["weight"] = "Bolder", ["wrap"] = true },

            // Unlike a text block, a run of text knows no Markdown.
            new JsonObject { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(new JsonObject { ["type"] = "TextRun", ["text"] = alert.Message }) },
        ];
        if (Facts(alert) is { Count: > 0 } facts)
        {
            body.Add(new JsonObject
            {
                ["type"] = "FactSet",
                ["facts"] = new JsonArray([.. facts.Select(fact => new JsonObject { ["title"] = fact.Name, ["value"] = fact.Value })]),
            });
        }

        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = CardType,
                ["contentUrl"] = null,
                ["content"] = new JsonObject
                {
                    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                    ["type"] = "AdaptiveCard",
                    ["version"] = "1.4",
                    ["body"] = body,
                },
            }),
        };
    }

    /// <summary>Numbers and times only: the message has the names.</summary>
    private static List<(string Name, string Value)> Facts(Alert alert) => alert.Budget is not { } budget ? [] :
    [
        ("Spent", Text($"{budget.SpentUsd:0.00####} USD")),
        ("Budget", Text($"{budget.BudgetUsd:0.00####} USD, {(budget.Window == "lifetime" ? "in all" : $"{budget.Window} {budget.WindowId}")}")),
        ("Resets", budget.ResetsAt is { } end ? Text($"{end.UtcDateTime:yyyy-MM-dd HH:mm} UTC") : "never"),
    ];

    private static JsonObject PlainText(string text) => new() { ["type"] = "plain_text", ["text"] = text, ["emoji"] = false };

    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How messages that are built by hand are written.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class NodeJson : System.Text.Json.Serialization.JsonSerializerContext;
