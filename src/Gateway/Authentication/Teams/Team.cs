using System.Text.Json.Serialization;
using Gateway.Authentication.Access;
using Gateway.Storage;

namespace Gateway.Authentication.Teams;

/// <summary>What all keys and tokens of a team together may use.</summary>
public sealed record Team(string Name, Limits Limits)
{
    /// <summary>By whose clock the windows of its budgets, and of those of its keys, begin and end: an IANA id; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Null for Monday.</summary>
    [JsonConverter(typeof(WeekdayConverter))]
    public DayOfWeek? WeekStarts { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public string UpdatedBy { get; init; } = "";

    /// <summary>What whoever has just changed it should know.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The storage's mark of this version of the row; null for a team that has none yet.</summary>
    [JsonIgnore]
    public string? Version { get; init; }

    /// <summary>Columns of its row that a newer program wrote and this one does not know.</summary>
    [JsonIgnore]
    internal IReadOnlyDictionary<string, object> Others { get; init; } = OtherColumns.None;

    /// <summary>What is wrong with it, in words for operators.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. GrantRules.Validate(Name, [], [], [], Limits),
        .. TimeZone is { } zone && TimeZones.Find(zone) is null ? [TimeZones.Unknown(zone)] : Array.Empty<string>(),
    ];
}
