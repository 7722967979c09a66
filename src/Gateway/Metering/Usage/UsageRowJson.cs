using System.Text.Json.Serialization;
using Gateway.Routing.Prices;

namespace Gateway.Metering.Usage;

/// <summary>The JSON inside the columns of usage rows. What a newer version adds is passed over.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<UsageAttempt>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Price))]
[JsonSerializable(typeof(UsageBill))]
internal sealed partial class UsageRowJson : JsonSerializerContext;
