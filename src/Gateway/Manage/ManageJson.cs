using System.Text.Json.Serialization;
using Gateway.Audit;
using Gateway.Authentication.Keys;
using Gateway.Authentication.Oidc;
using Gateway.Authentication.Teams;
using Gateway.Routing;
using Gateway.Upstreams;

namespace Gateway.Manage;

/// <param name="Data">A page, or all.</param>
/// <param name="Next"><c>after</c> of the next page; null on the last.</param>
internal sealed record KeyList(IReadOnlyList<KeyDocument> Data, string? Next);

internal sealed record IssuerList(IReadOnlyList<TrustedIssuer> Data);

internal sealed record TeamList(IReadOnlyList<Team> Data, string? Next);

internal sealed record AuditList(IReadOnlyList<AuditEntry> Data, string? Next);

internal sealed record LearnedList(IReadOnlyList<Learned> Data);

/// <param name="Cleared">How many things were forgotten.</param>
internal sealed record LearnedCleared(int Cleared);

/// <param name="Generation">From 1, that of the start.</param>
/// <param name="TakenAt">Since when it is in force; null: since the start.</param>
/// <param name="File">Whose changes are taken.</param>
/// <param name="Refused">What stands there instead and cannot be served.</param>
/// <param name="InForceAfterStart">Settings that were changed and wait for the next start.</param>
/// <param name="Providers">That there are.</param>
/// <param name="Models">That are offered.</param>
internal sealed record ActiveConfiguration(
    int Generation, DateTimeOffset? TakenAt, string? File, RefusedChange? Refused, IReadOnlyList<string> InForceAfterStart,
    IReadOnlyList<ProviderDocument> Providers, IReadOnlyList<ModelDocument> Models);

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
[JsonSerializable(typeof(ActiveConfiguration))]
[JsonSerializable(typeof(CallerDocument))]
[JsonSerializable(typeof(TargetList))]
[JsonSerializable(typeof(BudgetList))]
internal sealed partial class ManageJson : JsonSerializerContext;
