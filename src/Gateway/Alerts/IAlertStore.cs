using System.Text.Json.Serialization;

namespace Gateway.Alerts;

/// <summary>Keeps alerts until they are sent, and for a while after. Each is kept once, whoever raises it how often.</summary>
public interface IAlertStore
{
    /// <summary>False when it is there already, or was.</summary>
    /// <param name="alert">The news: pending, or recorded when nobody is to be told, or what was sent from elsewhere.</param>
    /// <param name="cancellationToken">Of the call.</param>
    Task<bool> TryAddAsync(StoredAlert alert, CancellationToken cancellationToken);

    /// <summary>Those that are pending, oldest first; a thousand at most.</summary>
    Task<IReadOnlyList<StoredAlert>> PendingAsync(CancellationToken cancellationToken);

    /// <summary>Null when another instance was faster, or is at it.</summary>
    Task<StoredAlert?> TryClaimAsync(StoredAlert alert, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Keeps how far the sending came. What is no longer pending leaves the queue. Does nothing when somebody else took over.</summary>
    Task UpdateAsync(StoredAlert alert, CancellationToken cancellationToken);

    /// <summary>Pending ones first, oldest first; then the others, newest first.</summary>
    /// <param name="most">So many at most.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="cancellationToken">Of the call.</param>
    Task<AlertPage> ListAsync(int most, string? after, CancellationToken cancellationToken);
}

public enum AlertState
{
    /// <summary>At least one webhook has yet to take it.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>Every webhook that wants it took it.</summary>
    [JsonStringEnumMemberName("sent")]
    Sent,

    /// <summary>A day was not enough.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>No webhook wanted it.</summary>
    [JsonStringEnumMemberName("recorded")]
    Recorded,
}

/// <summary>An alert and how far it is sent.</summary>
public sealed record StoredAlert(Alert Alert, AlertState State)
{
    /// <summary>Names of the webhooks that took it.</summary>
    public IReadOnlyList<string> SentTo { get; init; } = [];

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it is not sent yet.</summary>
    public string? Problem { get; init; }

    /// <summary>Until then an instance is at it. When it dies meanwhile, another one takes over.</summary>
    [JsonIgnore]
    public DateTimeOffset ClaimedUntil { get; init; }

    /// <summary>The storage's mark of this version.</summary>
    [JsonIgnore]
    public string? Version { get; init; }

    /// <summary>Its row as it was read: what a newer program wrote, and this one does not know, is written back as it was.</summary>
    [JsonIgnore]
    internal KeptAlert? Kept { get; init; }
}

/// <param name="Text">The alert itself, which nobody changes.</param>
/// <param name="Others">Columns that this program does not know.</param>
internal sealed record KeptAlert(string? Text, IReadOnlyDictionary<string, object> Others);

/// <summary>A part of the list.</summary>
/// <param name="Data">Alerts.</param>
/// <param name="Next">What to ask for the next page with; null at the end.</param>
public sealed record AlertPage(IReadOnlyList<StoredAlert> Data, string? Next);

/// <summary>How operators' JSON about alerts is written, on the command line and under <c>/manage</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(AlertPage))]
[JsonSerializable(typeof(IReadOnlyList<StoredAlert>))]
[JsonSerializable(typeof(WebhookAnswers))]
public sealed partial class StoredAlertJson : JsonSerializerContext;
