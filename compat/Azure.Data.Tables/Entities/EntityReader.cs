using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Entities;

/// <summary>Reads an entity from JSON with minimal metadata: only types that JSON lacks are annotated.</summary>
internal static class EntityReader
{
    public static T Read<T>(JsonElement json)
        where T : class, ITableEntity
    {
        Dictionary<string, object> properties = ReadProperties(json);
        return typeof(T) == typeof(TableEntity)
            ? (T)(ITableEntity)new TableEntity(properties)
            : (T)EntityType.Of(typeof(T)).Create(properties);
    }

    private static Dictionary<string, object> ReadProperties(JsonElement json)
    {
        var properties = new Dictionary<string, object>();
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (IsMetadata(property.Name))
            {
                continue;
            }

            string type = json.TryGetProperty(property.Name + Edm.TypeSuffix, out JsonElement annotation) ? annotation.GetString() : null;
            properties[property.Name] = property.NameEquals(nameof(ITableEntity.Timestamp))
                ? ToTime(property.Value)
                : ReadValue(property.Value, type);
        }

        return properties;
    }

    private static bool IsMetadata(string name) =>
        name != TableEntity.ETagKey && (name.StartsWith("odata.", StringComparison.Ordinal) || name.Contains("@odata.", StringComparison.Ordinal));

    private static object ReadValue(JsonElement value, string type) => (value.ValueKind, type) switch
    {
        (JsonValueKind.Null, _) => null,
        (JsonValueKind.String, Edm.Int64) => long.Parse(value.GetString(), CultureInfo.InvariantCulture),
        (JsonValueKind.String, Edm.Double) => double.Parse(value.GetString(), CultureInfo.InvariantCulture),
        (JsonValueKind.String, Edm.DateTime) => ToTime(value),
        (JsonValueKind.String, Edm.Guid) => value.GetGuid(),
        (JsonValueKind.String, Edm.Binary) => value.GetBytesFromBase64(),
        (JsonValueKind.String, _) => value.GetString(),
        (JsonValueKind.Number, Edm.Double) => value.GetDouble(),
        (JsonValueKind.Number, Edm.Int64) => value.GetInt64(),
        (JsonValueKind.Number, _) => ToNumber(value),
        (JsonValueKind.True, _) => true,
        (JsonValueKind.False, _) => false,
        _ => throw new NotSupportedException($"The Table service sent a value of type {type ?? value.ValueKind.ToString()}."),
    };

    /// <summary>Without an annotation a number is an Int32, or a Double that the service writes with a point or an exponent.</summary>
    private static object ToNumber(JsonElement value) => value.TryGetInt32(out int number) ? (object)number : value.GetDouble();

    private static DateTimeOffset ToTime(JsonElement value) =>
        DateTimeOffset.Parse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
