namespace Gateway.Alerts;

/// <summary>Sends a message to every webhook because an operator wants to see whether it arrives.</summary>
public sealed class WebhookTest
{
    private readonly AlertOptions _options;
    private readonly WebhookClient _client;
    private readonly TimeProvider _time;

    internal WebhookTest(AlertOptions options, WebhookClient client, TimeProvider time) => (_options, _client, _time) = (options, client, time);

    public async Task<WebhookAnswers> RunAsync(CancellationToken cancellationToken)
    {
        Alert alert = new()
        {
            Id = Alert.IdOf(Guid.NewGuid().ToString()),
            Event = AlertEvents.Test,
            At = _time.GetUtcNow(),
            Title = "Test of the alerts",
            Message = "An operator of the gateway asked for this message. Alerts arrive here.",
        };
        return new WebhookAnswers(await Task.WhenAll(_options.Webhooks.Select(webhook => _client.SendAsync(webhook, alert, cancellationToken))));
    }
}
