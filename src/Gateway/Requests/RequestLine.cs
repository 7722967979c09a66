using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gateway.Diagnostics;
using Gateway.Storage;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Requests;

/// <summary>
/// What the log says of a request. For programs: the same names in every line, with null for what is not known. For
/// people: one line without those that say nothing. Neither holds anything that ends a line or passes for another name.
/// </summary>
internal sealed partial class RequestLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string OriginalFormat = "{OriginalFormat}";

    /// <summary>Stands at the beginning of the line, by itself.</summary>
    private const string Bare = "";

    private const int ShortestKey = 19;

    /// <summary>More than is shown, so that no key is cut where it would not be known any more.</summary>
    private const int LooksAt = 512;

    private static readonly (string Name, string Word, Func<RequestLine, object?> Read)[] s_facts =
    [
        ("Method", Bare, line => Text(line._record.Method)),
        ("Path", Bare, line => Text(line._record.Path)),
        ("Status", Bare, line => line._record.Status),
        ("Milliseconds", "ms", line => line._milliseconds),
        ("RequestId", "request", line => line._record.RequestId),
        ("Team", "team", line => Text(line._record.Caller?.Team)),
        ("KeyId", "key", line => Text(line._record.Caller?.KeyId)),
        ("Model", "model", line => Text(line._record.RequestedModel)),
        ("Route", "upstream", line => Text(line._record.Target?.ToString())),
        ("UpstreamStatus", "upstream_status", line => line._record.UpstreamStatus),
        ("Attempts", "attempts", line => line._record.Calls),
        ("Stream", "stream", line => line._record.Stream),
        ("Cached", "cached", line => line._record.Cached),
        ("InputTokens", "input", line => line.Usage.Input),
        ("OutputTokens", "output", line => line.Usage.Output),
        ("CacheReadTokens", "cache_read", line => line.Usage.CacheRead),
        ("CacheWriteTokens", "cache_write", line => line.Usage.CacheWrite),
        ("CostUsd", "cost_usd", line => line._record.Settled?.Cost is { } cost ? UsdText.Plain(cost) : null),
        ("ErrorType", "error", line => (line._record.Error ?? line._record.StreamError) is { } error ? ErrorBody.AnthropicType(error.Type) : null),
        ("ClientLeft", "client_left", line => line._record.ClientLeft),
    ];

    private static readonly string s_format = string.Join(' ', s_facts.Select(fact => fact.Word == Bare ? $"{{{fact.Name}}}" : $"{fact.Word}={{{fact.Name}}}"));

    private readonly RequestRecord _record;
    private readonly long _milliseconds;

    public RequestLine(RequestRecord record, TimeSpan elapsed) => (_record, _milliseconds) = (record, (long)elapsed.TotalMilliseconds);

    public int Count => s_facts.Length + 1;

    private TokenUsage Usage => _record.Settled?.Usage ?? _record.Usage;

    public KeyValuePair<string, object?> this[int index] =>
        index < s_facts.Length ? new(s_facts[index].Name, s_facts[index].Read(this)) : new(OriginalFormat, s_format);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString()
    {
        StringBuilder text = new();
        foreach ((_, string word, Func<RequestLine, object?> read) in s_facts)
        {
            if (read(this) is { } value && (word is Bare or "ms" || Says(value)))
            {
                text.Append(text.Length == 0 ? "" : " ").Append(word).Append(word == Bare ? "" : "=").Append(Word(value));
            }
        }

        return text.ToString();
    }

    private static bool Says(object value) => value is not (false or 0 or 0L or 0m);

    /// <summary>Two words in one value would pass for two values.</summary>
    private static string Word(object value) => value switch
    {
        true => "true",
        string text when text.Length == 0 || text.AsSpan().ContainsAny(" \"=") => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>What others chose: short, one line, and without the key that somebody put in the wrong place.</summary>
    private static string? Text(string? text) =>
        text is { Length: > ShortestKey } ? LogText.Of(Key().Replace(text[..Math.Min(text.Length, LooksAt)], "${begin}[redacted]")) : LogText.Of(text);

    /// <summary>The gateway's keys, of which the id may be seen, providers' and tokens. Not in the middle of a word: "risk-" begins no key.</summary>
    [GeneratedRegex(@"(?<begin>mgw_(?:[A-Za-z0-9]+_)?|(?<![A-Za-z0-9])(?:(?:sk|xai|csk|pplx|nvapi)-|(?:sk|gsk|hf|ghp|github_pat|r8|fw|tgp)_|AIza|AKIA|eyJ|[Bb]earer ))[A-Za-z0-9_.\-]{16,}", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
