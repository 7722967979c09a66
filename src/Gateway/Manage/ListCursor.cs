using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Manage;

/// <summary>
/// Pages of a list. A cursor holds the place of the last one that was shown, and not how many that were: what is made or
/// removed meanwhile moves nothing. It begins with a hash of itself and of what was asked, so that one that was changed, or made
/// for another list, is known. It guards no secret.
/// </summary>
internal static class ListCursor
{
    public const string Limit = "limit";
    public const string After = "after";

    private const int Most = 1000;
    private const int Check = 8;

    /// <summary>Where the page begins, and how long it is; null for all there are.</summary>
    /// <param name="query">Takes the mistakes.</param>
    /// <param name="list">Which list, and what was asked of it.</param>
    public static ListPlace? Read(QueryReader query, params ReadOnlySpan<string?> list)
    {
        int limit = query.Whole(Limit, otherwise: 0, 1, Most);
        if (query.Text(After) is not { } cursor)
        {
            return limit == 0 ? null : new ListPlace(limit, null);
        }

        string? place = PlaceOf(cursor, list);
        if (place is null)
        {
            query.Wrong(After, "is no cursor of this list: take 'next' as it is, with the parameters that it came with, or leave it out to begin anew");
        }
        else if (limit == 0)
        {
            query.Wrong(After, $"needs '{Limit}'");
        }

        return new ListPlace(limit, place);
    }

    /// <summary>The page, and the cursor of the next one.</summary>
    /// <param name="sorted">All there are, in the order of their places.</param>
    /// <param name="from">Null for all.</param>
    /// <param name="placeOf">Ordered as texts; no two are the same.</param>
    /// <param name="list">As when it was read.</param>
    public static (IReadOnlyList<T> Page, string? Next) Page<T>(IEnumerable<T> sorted, ListPlace? from, Func<T, string> placeOf, params ReadOnlySpan<string?> list)
    {
        if (from is null)
        {
            return ([.. sorted], null);
        }

        T[] page = [.. sorted.SkipWhile(each => from.After is { } after && string.CompareOrdinal(placeOf(each), after) <= 0).Take(from.Limit + 1)];
        return page.Length > from.Limit ? (page[..^1], Write(placeOf(page[^2]), list)) : (page, null);
    }

    private static string Write(string place, ReadOnlySpan<string?> list)
    {
        byte[] text = Encoding.UTF8.GetBytes(place);
        return Base64Url.EncodeToString([.. CheckOf(text, list), .. text]);
    }

    private static string? PlaceOf(string cursor, ReadOnlySpan<string?> list)
    {
        if (!Base64Url.IsValid(cursor) || Base64Url.DecodeFromChars(cursor) is not { Length: > Check } bytes || Base64Url.EncodeToString(bytes) != cursor)
        {
            return null;
        }

        return bytes.AsSpan(0, Check).SequenceEqual(CheckOf(bytes.AsSpan(Check), list)) ? Encoding.UTF8.GetString(bytes.AsSpan(Check)) : null;
    }

    private static byte[] CheckOf(ReadOnlySpan<byte> text, ReadOnlySpan<string?> list)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string? part in list)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{part?.Length ?? -1}:{part}"));
        }

        hash.AppendData(text);
        return hash.GetHashAndReset()[..Check];
    }
}

/// <param name="Limit">So many.</param>
/// <param name="After">Behind this place; null for the first page.</param>
internal sealed record ListPlace(int Limit, string? After);
