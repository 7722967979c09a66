using System.Buffers;
using System.Globalization;

namespace Gateway.Metering.Reports;

/// <summary>Rows of CSV by RFC 4180, safe to open in a spreadsheet.</summary>
public static class CsvLine
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    private static readonly SearchValues<char> s_quoted = SearchValues.Create("\",;\t\r\n");

    /// <param name="fields">Texts, numbers, times, days, or several texts; null for nothing.</param>
    public static string Of(IEnumerable<object?> fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    private static string Field(object? value) => value switch
    {
        null => "",
        string text => Quoted(Harmless(text)),
        bool yes => yes ? "true" : "false",
        decimal number => number.ToString("0.############################", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable<string> texts => Quoted(Harmless(string.Join(", ", texts))),
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    /// <summary>
    /// Names of models, tags and sessions are the clients' to choose, and spreadsheets run what looks like a formula:
    /// an apostrophe before it makes it text. Numbers stay numbers.
    /// </summary>
    private static string Harmless(string field) =>
        field.TrimStart() is ['=' or '+' or '-' or '@' or '|' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] || field is ['\t' or '\r' or '\n', ..] ? $"'{field}" : field;

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(s_quoted) || field is [' ', ..] or [.., ' '] ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
