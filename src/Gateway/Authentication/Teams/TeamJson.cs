using System.Text.Json.Serialization;

namespace Gateway.Authentication.Teams;

/// <summary>How operators' JSON about teams is written, on the command line and under <c>/manage</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Team))]
[JsonSerializable(typeof(IReadOnlyList<Team>))]
public sealed partial class TeamJson : JsonSerializerContext;
