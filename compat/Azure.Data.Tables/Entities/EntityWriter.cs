using System.Globalization;
using System.Text.Json;

namespace Azure.Data.Tables.Entities;

/// <summary>Writes an entity as JSON with the type annotations that the service needs.</summary>
internal static class EntityWriter
{
    public static ReadOnlyMemory<byte> ToJson(ITableEntity entity)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString(nameof(entity.PartitionKey), entity.PartitionKey);
            json.WriteString(nameof(entity.RowKey), entity.RowKey);
            foreach ((string name, object value) in PropertiesOf(entity))
            {
                // A null is not stored by the service either.
                if (value is not null && !Edm.IsKey(name) && !Edm.IsSystem(name))
                {
                    Write(json, name, value);
                }
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static IEnumerable<KeyValuePair<string, object>> PropertiesOf(ITableEntity entity) =>
        entity as IDictionary<string, object> ?? EntityType.Of(entity.GetType()).Read(entity);

    private static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteString(name, text);
                break;
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case int number:
                json.WriteNumber(name, number);
                break;
            case double number when double.IsFinite(number):
                Annotate(json, name, Edm.Double);
                json.WriteNumber(name, number);
                break;
            case Enum constant:
                json.WriteString(name, constant.ToString());
                break;
            default:
                (string type, string written) = ToAnnotatedText(name, value);
                Annotate(json, name, type);
                json.WriteString(name, written);
                break;
        }
    }

    private static (string Type, string Text) ToAnnotatedText(string name, object value) => value switch
    {
        long number => (Edm.Int64, number.ToString(CultureInfo.InvariantCulture)),
        double number => (Edm.Double, number.ToString(CultureInfo.InvariantCulture)),
        DateTimeOffset time => (Edm.DateTime, ToText(time.UtcDateTime)),
        DateTime time => (Edm.DateTime, ToText(time.ToUniversalTime())),
        Guid id => (Edm.Guid, id.ToString()),
        byte[] bytes => (Edm.Binary, Convert.ToBase64String(bytes)),
        BinaryData bytes => (Edm.Binary, Convert.ToBase64String(bytes)),
        _ => throw new NotSupportedException($"Property {name}: the Table service has no type for {value.GetType()}."),
    };

    private static string ToText(DateTime time) => time.ToString("o", CultureInfo.InvariantCulture);

    private static void Annotate(Utf8JsonWriter json, string name, string type) => json.WriteString(name + Edm.TypeSuffix, type);
}
