using System.Globalization;

namespace Azure.Data.Tables.Rest;

/// <summary>Writes the values of an interpolated filter as OData literals.</summary>
internal static class FilterText
{
    public static string From(FormattableString filter) =>
        filter is null ? null : string.Format(CultureInfo.InvariantCulture, filter.Format, [.. filter.GetArguments().Select(ToLiteral)]);

    private static string ToLiteral(object value) => value switch
    {
        null => "null",
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        char letter => ToLiteral(letter.ToString()),
        bool flag => flag ? "true" : "false",
        long or ulong => string.Create(CultureInfo.InvariantCulture, $"{value}L"),
        sbyte or byte or short or ushort or int or uint or float or double or decimal => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        Guid id => $"guid'{id}'",
        DateTimeOffset time => $"datetime'{time.UtcDateTime:o}'",
        DateTime time => $"datetime'{time.ToUniversalTime():o}'",
        byte[] bytes => $"X'{Convert.ToHexString(bytes)}'",
        _ => throw new ArgumentException($"A filter cannot hold a value of type {value.GetType()}.", nameof(value)),
    };
}
