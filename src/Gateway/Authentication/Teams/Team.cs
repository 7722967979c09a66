using System.Text.Json.Serialization;
using Gateway.Authentication.Access;

namespace Gateway.Authentication.Teams;

/// <summary>What all keys and tokens of a team together may use.</summary>
public sealed record Team(string Name, Limits Limits)
{
    public DateTimeOffset UpdatedAt { get; init; }

    public string UpdatedBy { get; init; } = "";

    /// <summary>What whoever has just changed it should know.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>The storage's mark of this version of the row; null for a team that has none yet.</summary>
    [JsonIgnore]
    public string? Version { get; init; }

    /// <summary>What is wrong with it, in words for operators.</summary>
    public IReadOnlyList<string> Validate() => GrantRules.Validate(Name, [], [], [], Limits);
}
