using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;

namespace Azure.Data.Tables.Entities;

/// <summary>The stored properties of an entity class: public, readable and writable, not marked <c>[IgnoreDataMember]</c>.</summary>
internal sealed class EntityType
{
    private static readonly ConcurrentDictionary<Type, EntityType> s_types = new();

    private readonly Type _type;
    private readonly (string Name, PropertyInfo Property)[] _properties;

    private EntityType(Type type)
    {
        _type = type;
        _properties =
        [
            .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               where property.CanRead && property.CanWrite && property.GetIndexParameters().Length == 0
               where property.GetCustomAttribute<IgnoreDataMemberAttribute>() is null
               where !Edm.IsKey(property.Name) && property.Name is not (nameof(ITableEntity.Timestamp) or nameof(ITableEntity.ETag))
               select (property.GetCustomAttribute<DataMemberAttribute>()?.Name ?? property.Name, property),
        ];
    }

    public static EntityType Of(Type type) => s_types.GetOrAdd(type, static key => new EntityType(key));

    public IEnumerable<KeyValuePair<string, object>> Read(ITableEntity entity) =>
        _properties.Select(each => KeyValuePair.Create(each.Name, each.Property.GetValue(entity)));

    public ITableEntity Create(Dictionary<string, object> values)
    {
        var entity = (ITableEntity)Activator.CreateInstance(_type);
        entity.PartitionKey = (string)values.GetValueOrDefault(nameof(entity.PartitionKey));
        entity.RowKey = (string)values.GetValueOrDefault(nameof(entity.RowKey));
        entity.Timestamp = (DateTimeOffset?)values.GetValueOrDefault(nameof(entity.Timestamp));
        entity.ETag = new ETag((string)values.GetValueOrDefault(TableEntity.ETagKey));
        foreach ((string name, PropertyInfo property) in _properties)
        {
            if (values.GetValueOrDefault(name) is { } value)
            {
                property.SetValue(entity, ConvertTo(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, value));
            }
        }

        return entity;
    }

    private static object ConvertTo(Type type, object value) => value switch
    {
        string text when type.IsEnum => Enum.Parse(type, text),
        byte[] bytes when type == typeof(BinaryData) => new BinaryData(bytes),
        DateTimeOffset time when type == typeof(DateTime) => time.UtcDateTime,
        int number when type == typeof(long) => (long)number,
        int number when type == typeof(double) => (double)number,
        _ => value,
    };
}
