using System.Buffers;
using System.Collections.Frozen;
using Gateway.Authentication.Keys;

namespace Gateway.Requests;

/// <summary>
/// What a client says that a request is for: <c>x-gateway-tags: ticket=ABC-1, env=dev</c>. Names have no case and are
/// kept in lower case; empty list elements count as absent, as everywhere in HTTP.
/// </summary>
internal static class RequestTags
{
    public const string Header = "x-gateway-tags";

    public const int Most = 8;
    public const int LongestName = 64;
    public const int LongestValue = 128;

    /// <summary>Of a caller's own, in the order of their names: a row has its limits.</summary>
    public const int MostOfCaller = 32;

    public static readonly IReadOnlyDictionary<string, string> None = FrozenDictionary<string, string>.Empty;

    private const string Right =
        "Write name=value, separated by commas, such as 'ticket=ABC-1, env=dev': up to 8 tags, names of 1 to 64 letters, digits, '_', '-' and '.', each once, and values of 1 to 128 printable ASCII characters without a comma";

    private static readonly SearchValues<char> s_name = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>Null, and what is wrong with them and how they are written, when they are not all good.</summary>
    public static IReadOnlyDictionary<string, string>? Read(string? text, out string? problem)
    {
        problem = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return None;
        }

        SortedDictionary<string, string> tags = new(StringComparer.Ordinal);
        foreach (string tag in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = tag.IndexOf('=', StringComparison.Ordinal);
            string name = NameOf(equals < 0 ? tag : tag[..equals]);
            string value = equals < 0 ? "" : tag[(equals + 1)..].Trim();
            problem = equals < 0 ? "one has no '='"
                : !IsName(name) ? "one has no name, or one that is too long or holds other characters"
                : !IsValue(value) ? $"the value of '{name}' is empty, too long or holds other characters"
                : KeyAdministration.IsWholeKey(value) ? $"the value of '{name}' is a whole key, and tags are no secret: rotate the key"
                : tags.ContainsKey(name) ? $"'{name}' is there twice"
                : tags.Count == Most ? "there are more than 8"
                : null;
            if (problem is not null)
            {
                problem = $"{problem}. {Right}";
                return null;
            }

            tags[name] = value;
        }

        return tags;
    }

    public static string NameOf(string text) => text.Trim().ToLowerInvariant();

    public static bool IsName(string name) => name.Length is > 0 and <= LongestName && !name.AsSpan().ContainsAnyExcept(s_name);

    /// <summary>A caller's own tags, which an operator gave it, and those of the request. The caller's count where both have the name.</summary>
    public static IReadOnlyDictionary<string, string> Merge(IReadOnlyDictionary<string, string> callers, IReadOnlyDictionary<string, string> requests)
    {
        if (callers.Count == 0)
        {
            return requests;
        }

        SortedDictionary<string, string> all = new(StringComparer.Ordinal);
        foreach ((string name, string value) in callers.OrderBy(tag => tag.Key, StringComparer.Ordinal).Take(MostOfCaller))
        {
            all.TryAdd(NameOf(name), value);
        }

        foreach ((string name, string value) in requests)
        {
            all.TryAdd(name, value);
        }

        return all;
    }

    private static bool IsValue(string value) => value.Length is > 0 and <= LongestValue && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
