namespace Azure.Data.Tables;

public readonly struct TableAudience : IEquatable<TableAudience>
{
    private readonly string _value;

    public TableAudience(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        _value = value;
    }

    public static TableAudience AzurePublicCloud { get; } = new("AzurePublic");

    public static TableAudience AzureGovernment { get; } = new("AzureGov");

    public static TableAudience AzureChina { get; } = new("AzureChina");

    internal string Scope => _value switch
    {
        "AzurePublic" => "https://storage.azure.com/.default",
        "AzureGov" => "https://storage.azure.us/.default",
        "AzureChina" => "https://storage.azure.cn/.default",
        _ when _value.EndsWith("/.default", StringComparison.OrdinalIgnoreCase) => _value,
        _ => _value.TrimEnd('/') + "/.default",
    };

    public static implicit operator TableAudience(string value) => new(value);

    public static bool operator ==(TableAudience left, TableAudience right) => left.Equals(right);

    public static bool operator !=(TableAudience left, TableAudience right) => !left.Equals(right);

    public bool Equals(TableAudience other) => string.Equals(_value, other._value, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object obj) => obj is TableAudience other && Equals(other);

    public override int GetHashCode() => _value is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(_value);

    public override string ToString() => _value;
}
