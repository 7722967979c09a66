using System.Text.Json.Serialization;
using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Upstreams;

namespace Gateway.Manage;

internal sealed record KeyList(IReadOnlyList<KeyDocument> Data);

internal sealed record IssuerList(IReadOnlyList<TrustedIssuer> Data);

internal sealed record TeamList(IReadOnlyList<Team> Data);

internal sealed record AuditList(IReadOnlyList<AuditEntry> Data);

internal sealed record LearnedList(IReadOnlyList<Learned> Data);

/// <param name="Cleared">How many things were forgotten.</param>
internal sealed record LearnedCleared(int Cleared);

/// <summary>Lists as they are written under <c>/manage</c>; what is in them, as on the command line.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(IssuerList))]
[JsonSerializable(typeof(TeamList))]
[JsonSerializable(typeof(AuditList))]
[JsonSerializable(typeof(LearnedList))]
[JsonSerializable(typeof(LearnedCleared))]
internal sealed partial class ManageJson : JsonSerializerContext;
