using System.Text.Json.Serialization;

namespace Gateway.Alerts;

/// <summary>What a receiver made of one alert.</summary>
/// <param name="Webhook">Its name in the settings.</param>
/// <param name="Host">Of its address, the rest of which may be a secret.</param>
/// <param name="Format">What it was sent.</param>
public sealed record WebhookAnswer(string Webhook, string Host, WebhookFormat Format)
{
    public bool Delivered { get; init; }

    /// <summary>HTTP status; null when there was no answer.</summary>
    public int? Status { get; init; }

    public string? Problem { get; init; }

    [JsonIgnore]
    internal TimeSpan? RetryAfter { get; init; }
}

/// <summary>What each receiver made of a test.</summary>
public sealed record WebhookAnswers(IReadOnlyList<WebhookAnswer> Data);
