using System.Text.Json.Serialization;

namespace Gateway.Authentication.Oidc;

/// <summary>How operators' JSON about issuers is written, on the command line and under <c>/manage</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(TrustedIssuer))]
[JsonSerializable(typeof(IReadOnlyList<TrustedIssuer>))]
public sealed partial class IssuerJson : JsonSerializerContext;
