using System.Text.Json.Serialization;

namespace Gateway.Storage;

/// <summary>Lists and maps as the JSON inside columns.</summary>
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
internal sealed partial class StorageJson : JsonSerializerContext;
