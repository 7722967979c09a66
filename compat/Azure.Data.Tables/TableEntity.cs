namespace Azure.Data.Tables;

/// <summary>An entity as a bag of properties; PartitionKey, RowKey, Timestamp and the ETag are entries like any other.</summary>
public sealed partial class TableEntity : ITableEntity
{
    internal const string ETagKey = "odata.etag";

    private readonly Dictionary<string, object> _properties;

    public TableEntity() => _properties = [];

    public TableEntity(string partitionKey, string rowKey)
        : this()
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    public TableEntity(IDictionary<string, object> values) => _properties = values is null ? [] : new(values);

    public string PartitionKey
    {
        get => GetString(nameof(PartitionKey));
        set => _properties[nameof(PartitionKey)] = value;
    }

    public string RowKey
    {
        get => GetString(nameof(RowKey));
        set => _properties[nameof(RowKey)] = value;
    }

    public DateTimeOffset? Timestamp
    {
        get => GetDateTimeOffset(nameof(Timestamp));
        set => _properties[nameof(Timestamp)] = value;
    }

    public ETag ETag
    {
        get => new(GetString(ETagKey));
        set => _properties[ETagKey] = value.ToString();
    }

    public string GetString(string key) => (string)Get(key, typeof(string));

    public byte[] GetBinary(string key) => (byte[])Get(key, typeof(byte[]));

    public bool? GetBoolean(string key) => (bool?)Get(key, typeof(bool));

    public DateTimeOffset? GetDateTimeOffset(string key) => (DateTimeOffset?)Get(key, typeof(DateTimeOffset));

    public double? GetDouble(string key) => (double?)Get(key, typeof(double));

    public Guid? GetGuid(string key) => (Guid?)Get(key, typeof(Guid));

    public int? GetInt32(string key) => (int?)Get(key, typeof(int));

    public long? GetInt64(string key) => (long?)Get(key, typeof(long));

    private object Get(string key, Type type)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (!_properties.TryGetValue(key, out object value) || value is null)
        {
            return null;
        }

        return type.IsInstanceOfType(value)
            ? value
            : throw new InvalidOperationException($"Cannot return {type} type for a {value.GetType()} typed property.");
    }

    private void Set(string key, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        _properties[key] = value is not null && _properties.TryGetValue(key, out object existing) && existing is not null
            ? Convert(existing, value)
            : value;
    }

    /// <summary>A property keeps its type; only numbers widen, so that setting 5 on a long leaves it a long.</summary>
    private static object Convert(object existing, object value) => (existing, value) switch
    {
        _ when existing.GetType().IsInstanceOfType(value) => value,
        (int, long or double) => value,
        (long, int number) => (long)number,
        (double, int number) => (double)number,
        _ => throw new InvalidOperationException($"Value ({existing.GetType()}) {existing} is not convertable to ({value.GetType()}) {value}."),
    };
}
