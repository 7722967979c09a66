using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Azure.Data.Tables;

namespace Gateway.Storage;

/// <summary>Lists and records as JSON in one column.</summary>
internal static class RowJson
{
    public static string Text<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    /// <summary>Only an absent column stands for none; a column with the text <c>null</c> is a broken row.</summary>
    public static T? Value<T>(TableEntity row, string column, JsonTypeInfo<T> type)
        where T : class =>
        row.GetString(column) is { } text ? JsonSerializer.Deserialize(text, type) ?? throw new JsonException() : null;
}
