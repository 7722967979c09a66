using Gateway.Storage;
using Microsoft.Extensions.Logging;

namespace Gateway.Alerts;

/// <summary>
/// Sends what is pending. An instance claims an alert before it sends it and marks it as sent afterwards; when it dies in
/// between, the claim runs out and another one sends it: at least once, with an id by which receivers know a double.
/// </summary>
internal sealed partial class AlertDelivery(AlertOptions options, WebhookClient client, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Longer than a try may take.</summary>
    internal static readonly TimeSpan Claim = TimeSpan.FromMinutes(1);

    /// <summary>Old news are none.</summary>
    internal static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(1);

    /// <summary>Then one that a receiver will not take, whatever others it takes, goes behind those.</summary>
    private const int TriesInOrder = 5;

    private readonly ILogger _logger = loggers.CreateLogger("Gateway.Alerts.AlertDelivery");
    private readonly WebhookState[] _webhooks = [.. options.Webhooks.Select(webhook => new WebhookState(webhook, time))];

    /// <summary>Whether anybody wants to hear of such news.</summary>
    public bool IsWanted(string name) => options.Webhooks.Any(webhook => webhook.Takes(name));

    /// <summary>Tries once what is due, one alert after the other so that they come in their order; all webhooks of one at the same time.</summary>
    /// <returns>When to come again for what is left, at most <paramref name="usual"/>.</returns>
    /// <exception cref="StorageUnavailableException">What was not marked as sent may be sent again.</exception>
    public async Task<TimeSpan> RoundAsync(IAlertStore store, TimeSpan usual, CancellationToken cancellationToken)
    {
        if (_webhooks.Length == 0)
        {
            return usual;
        }

        TimeSpan next = usual;
        foreach (StoredAlert alert in (await store.PendingAsync(cancellationToken)).OrderBy(alert => alert.Attempts >= TriesInOrder))
        {
            TimeSpan wait = await TryAsync(store, alert, cancellationToken);
            next = wait < next ? wait : next;
        }

        return next;
    }

    /// <returns>When there is more to do for it.</returns>
    private async Task<TimeSpan> TryAsync(IAlertStore store, StoredAlert alert, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (alert.ClaimedUntil > now)
        {
            return TimeSpan.MaxValue;
        }

        WebhookState[] missing = Missing(alert);
        WebhookState[] ready = [.. missing.Where(webhook => webhook.Rest == TimeSpan.Zero)];
        bool isOld = now - alert.Alert.At > GivenUpAfter;
        if (ready.Length == 0 && missing.Length > 0 && !isOld)
        {
            return missing.Min(webhook => webhook.Rest);
        }

        if (await store.TryClaimAsync(alert, now + Claim, cancellationToken) is not { } claimed)
        {
            return TimeSpan.MaxValue;
        }

        StoredAlert tried = await SendAsync(claimed, ready, cancellationToken);
        WebhookState[] left = Missing(tried);
        StoredAlert ended = tried with
        {
            State = left.Length == 0 ? AlertState.Sent : isOld ? AlertState.Failed : AlertState.Pending,
            ClaimedUntil = default,
        };
        await store.UpdateAsync(ended, cancellationToken);
        if (ended.State == AlertState.Failed)
        {
            GivenUp(_logger, alert.Alert.Id, alert.Alert.Event, string.Join(", ", left.Select(webhook => webhook.Options.Name)));
        }

        return ended.State == AlertState.Pending ? left.Min(webhook => webhook.Rest) : TimeSpan.MaxValue;
    }

    private async Task<StoredAlert> SendAsync(StoredAlert alert, WebhookState[] ready, CancellationToken cancellationToken)
    {
        WebhookAnswer[] answers = await Task.WhenAll(ready.Select(webhook => client.SendAsync(webhook.Options, alert.Alert, cancellationToken)));
        foreach ((WebhookState webhook, WebhookAnswer answer) in ready.Zip(answers))
        {
            webhook.Hear(answer);
            if (!answer.Delivered)
            {
                NotTaken(_logger, answer.Webhook, answer.Host, alert.Alert.Event, answer.Problem!, webhook.Rest.TotalSeconds);
            }
        }

        string problems = string.Join(" ", answers.Where(answer => !answer.Delivered).Select(answer => $"{answer.Webhook}: {answer.Problem}"));
        return alert with
        {
            SentTo = [.. alert.SentTo, .. answers.Where(answer => answer.Delivered).Select(answer => answer.Webhook)],
            Attempts = alert.Attempts + Math.Min(1, ready.Length),
            Problem = ready.Length == 0 ? alert.Problem : problems.Length > 0 ? problems : null,
        };
    }

    /// <summary>By the settings of now: who was added since hears of it, and who was taken away keeps nothing waiting.</summary>
    private WebhookState[] Missing(StoredAlert alert) =>
        [.. _webhooks.Where(webhook => webhook.Options.Takes(alert.Alert.Event) && !alert.SentTo.Contains(webhook.Options.Name, StringComparer.Ordinal))];

    [LoggerMessage(70, LogLevel.Warning, "Webhook '{Webhook}' at {Host} did not take an alert ({Event}); it is tried again in {Seconds} s: {Problem}")]
    private static partial void NotTaken(ILogger logger, string webhook, string host, string @event, string problem, double seconds);

    [LoggerMessage(71, LogLevel.Error, "Alert {Id} ({Event}) is given up after a day: {Webhooks} did not take it")]
    private static partial void GivenUp(ILogger logger, string id, string @event, string webhooks);
}
