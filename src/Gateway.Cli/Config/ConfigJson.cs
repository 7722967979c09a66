using System.Text.Json.Serialization;
using Gateway.Reload;

namespace Gateway.Cli.Config;

/// <summary>What <c>config check</c> prints for machines.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConfigurationCheck))]
internal sealed partial class ConfigJson : JsonSerializerContext;
