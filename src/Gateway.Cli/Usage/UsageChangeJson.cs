using System.Text.Json.Serialization;
using Gateway.Metering.Rollups;

namespace Gateway.Cli.Usage;

/// <summary>What the commands that change usage print for machines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RebuiltDay))]
[JsonSerializable(typeof(PurgedRows))]
internal sealed partial class UsageChangeJson : JsonSerializerContext;
