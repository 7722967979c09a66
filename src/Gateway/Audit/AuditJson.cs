using System.Text.Json.Serialization;

namespace Gateway.Audit;

/// <summary>How operators' JSON about the audit trail is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<AuditEntry>))]
public sealed partial class AuditJson : JsonSerializerContext;
