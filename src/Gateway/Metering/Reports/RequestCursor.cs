using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Metering.Usage;

namespace Gateway.Metering.Reports;

/// <summary>
/// Where a list of requests goes on, as text for the caller to hand back. It begins with a hash of itself and of what was
/// asked, so that one that was changed, cut, or made for another question is known. It guards no secret.
/// </summary>
internal static class RequestCursor
{
    private const int Check = 8;

    public static string Write(RequestQuery query, RequestPlace place)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{place.Day:yyyyMMdd}\n{place.Place.After}\n{place.Place.Token}");
        return Encode([.. CheckOf(query, text), .. text]);
    }

    /// <summary>Null for what is no cursor of this question.</summary>
    public static RequestPlace? Read(RequestQuery query, string cursor)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(cursor.Replace('-', '+').Replace('_', '/').PadRight((cursor.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException)
        {
            return null;
        }

        // The last character has bits to spare: another one may mean the same.
        if (bytes.Length <= Check || Encode(bytes) != cursor || !bytes.AsSpan(0, Check).SequenceEqual(CheckOf(query, bytes.AsSpan(Check))))
        {
            return null;
        }

        return Encoding.UTF8.GetString(bytes.AsSpan(Check)).Split('\n') is [var day, var after, var token]
            && DateOnly.TryParseExact(day, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly at)
            && at >= query.FirstDay && at <= query.LastDay
            ? new RequestPlace(at, new UsagePlace(after, token.Length > 0 ? token : null))
            : null;
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] CheckOf(RequestQuery query, ReadOnlySpan<byte> text)
    {
        UsageFilter filter = query.Filter;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        IEnumerable<string?> asked =
        [
            Number(filter.MinStatus), Number(filter.MaxStatus), filter.KeyId, filter.Team, filter.Person, filter.Model, filter.RequestedModel, filter.Provider, filter.Client, filter.Session,
            Time(filter.Since), Time(filter.Until),
            .. filter.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).SelectMany(tag => (string?[])[tag.Key, tag.Value]),
        ];
        foreach (string? part in asked)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{part?.Length ?? -1}:{part}"));
        }

        hash.AppendData(text);
        return hash.GetHashAndReset()[..Check];
    }

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Time(DateTimeOffset? time) => time?.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
