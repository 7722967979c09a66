using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>
/// Takes out of an upstream's words what they quote of the request, so that logs and receipts may have them. Whatever is a
/// whole text of the request, stands in quotation marks and in the request, or is as there for longer than a few words is
/// content. Names of models and the protocol's own words are none; what looks like dumped data goes unseen.
/// </summary>
public static partial class QuotedRequest
{
    /// <summary>More of a reason helps nobody.</summary>
    private const int MaxText = 300;

    /// <summary>So many characters in a row are no coincidence.</summary>
    private const int Run = 16;

    /// <summary>Longer texts are not repeated whole.</summary>
    private const int MaxWhole = 200;

    /// <summary>Files, as base64.</summary>
    private const int MaxFile = 2048;

    private const string Blank = "[...]";

    /// <summary>Members whose values are words of the protocol.</summary>
    private static readonly FrozenSet<string> s_protocol = FrozenSet.ToFrozenSet(
        ["model", "type", "role", "status", "effort", "reasoning_effort", "detail", "format", "mode", "tool_choice", "service_tier", "object", "media_type", "verbosity", "summary", "phase", "truncation", "include"]);

    private static readonly FrozenSet<string> s_files = FrozenSet.ToFrozenSet(["data", "url", "image_url", "file_data"]);

    private static readonly SearchValues<byte> s_word = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@"u8);

    /// <param name="words">What the upstream said.</param>
    /// <param name="request">The JSON that it was sent.</param>
    public static string TakenOut(string words, ReadOnlySpan<byte> request)
    {
        // A dump of data may hold anything, also of the answer.
        int dump = words.AsSpan().IndexOfAny('{', '\n', '\r');
        string text = (dump < 0 ? words : words[..dump] + Blank).Trim();
        text = text.Length <= MaxText ? text : text[..(char.IsHighSurrogate(text[MaxText - 1]) ? MaxText - 1 : MaxText)] + "...";
        Quotes quotes = new(text);
        return TryLook(request, quotes) ? quotes.Blanked() : "";
    }

    /// <summary>False when nobody can tell what the request holds.</summary>
    private static bool TryLook(ReadOnlySpan<byte> request, Quotes quotes)
    {
        try
        {
            Utf8JsonReader reader = new(request, JsonFormat.ReaderOptions);
            string name = "";
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = JsonUnescape.ToText(reader.ValueSpan);
                }
                else if (reader.TokenType == JsonTokenType.String && !(s_protocol.Contains(name) && IsWord(reader.ValueSpan)) && !(s_files.Contains(name) && reader.ValueSpan.Length > MaxFile))
                {
                    quotes.Find(JsonUnescape.ToText(reader.ValueSpan));
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Of the protocol, and not a text that a tool was given under such a name.</summary>
    private static bool IsWord(ReadOnlySpan<byte> value) => value.Length <= 64 && !value.ContainsAnyExcept(s_word);

    [GeneratedRegex("""'(?<in>[^']{2,})'|"(?<in>[^"]{2,})"|`(?<in>[^`]{2,})`|[“«](?<in>[^”»]{2,})[”»]""")]
    private static partial Regex Quoted();

    /// <summary>The characters of a text that were found in the request.</summary>
    private sealed class Quotes
    {
        private readonly string _text;
        private readonly bool[] _found;
        private readonly HashSet<string> _runs = new(StringComparer.OrdinalIgnoreCase);
        private readonly List<string> _quoted;
        private SearchValues<string> _search;

        public Quotes(string text)
        {
            (_text, _found) = (text, new bool[text.Length]);
            for (int i = 0; i + Run <= text.Length; i++)
            {
                _runs.Add(text.Substring(i, Run));
            }

            _quoted = [.. Quoted().Matches(text).Select(match => match.Groups["in"].Value).Distinct()];
            _search = SearchValues.Create([.. _runs], StringComparison.OrdinalIgnoreCase);
        }

        public void Find(string content)
        {
            if (content.Trim() is { Length: >= 2 and <= MaxWhole } whole)
            {
                Mark(whole, wordsOnly: true);
            }

            foreach (string quoted in _quoted.Where(quoted => content.Contains(quoted, StringComparison.OrdinalIgnoreCase)).ToArray())
            {
                _quoted.Remove(quoted);
                Mark(quoted, wordsOnly: false);
            }

            // What was found is looked for no more, so that no content makes this long.
            for (int from = 0; from + Run <= content.Length && content.AsSpan(from).IndexOfAny(_search) is >= 0 and int at;)
            {
                from += at + Extend(content, from + at);
                _search = SearchValues.Create([.. _runs], StringComparison.OrdinalIgnoreCase);
            }
        }

        /// <summary>Marks the run that begins there with all that follows it in both. Comes back with how far it goes beyond the run's beginning.</summary>
        private int Extend(string content, int at)
        {
            int length = Run;
            int start = _text.IndexOf(content.Substring(at, Run), StringComparison.OrdinalIgnoreCase);
            while (start + length < _text.Length && at + length < content.Length && char.ToUpperInvariant(_text[start + length]) == char.ToUpperInvariant(content[at + length]))
            {
                length++;
            }

            Mark(_text.Substring(start, length), wordsOnly: false);
            for (int i = start; i + Run <= start + length; i++)
            {
                _runs.Remove(_text.Substring(i, Run));
            }

            return length - Run + 1;
        }

        public string Blanked()
        {
            StringBuilder clean = new();
            for (int i = 0; i < _text.Length; i++)
            {
                if (!_found[i])
                {
                    clean.Append(_text[i]);
                }
                else if (i == 0 || !_found[i - 1])
                {
                    clean.Append(Blank);
                }
            }

            return clean.ToString();
        }

        private void Mark(string piece, bool wordsOnly)
        {
            for (int at = _text.IndexOf(piece, StringComparison.OrdinalIgnoreCase); at >= 0; at = at + 1 < _text.Length ? _text.IndexOf(piece, at + 1, StringComparison.OrdinalIgnoreCase) : -1)
            {
                if (!wordsOnly || (IsEdge(at - 1) && IsEdge(at + piece.Length)))
                {
                    _found.AsSpan(at, piece.Length).Fill(true);
                }
            }
        }

        private bool IsEdge(int at) => at < 0 || at >= _text.Length || !char.IsLetterOrDigit(_text[at]);
    }
}
