using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>
/// The one filter for what upstreams say about errors: takes out the credentials that were sent to them, addresses inside
/// the operator's network and names of the operator's accounts. It stands where errors are read (texts, whole error
/// bodies, members named <c>error</c>) and where headers pass; the content of an answer never goes through it and stays
/// byte for byte. One instance belongs to one call.
/// </summary>
public sealed partial class Redactor
{
    /// <summary>What is sent beside a key and is as long may be a secret; shorter values are words.</summary>
    public const int MinSecret = 16;

    /// <summary>Longer texts of an error help nobody.</summary>
    public const int MaxText = 1500;

    private const string Redacted = "[redacted]";
    private const string Address = "[address]";

    /// <summary>Looked at beyond <see cref="MaxText"/>, so that what is taken out does not leave the text short.</summary>
    private const int Lookahead = 4096;

    /// <summary>Parameters of a URL that are longer may be keys; shorter ones are versions.</summary>
    private const int MinParameter = 16;

    /// <summary>Of a longer string nobody reads more than its beginning, and to look through all of it would take long.</summary>
    private const int MaxMember = 64 * 1024;

    private readonly Uri? _upstream;
    private readonly List<string> _secrets = [];

    /// <param name="baseUrl">Where the upstream is: its host is taken out too, unless it is a maker's public one.</param>
    public Redactor(string? baseUrl = null)
    {
        if (Uri.TryCreate(baseUrl, UriKind.Absolute, out _upstream))
        {
            foreach (string parameter in _upstream.Query.Split('?', '&'))
            {
                string value = Uri.UnescapeDataString(parameter[(parameter.IndexOf('=', StringComparison.Ordinal) + 1)..]);
                bool isVersion = parameter.Contains("version=", StringComparison.OrdinalIgnoreCase);
                Add(value.Length >= MinParameter && !isVersion ? value : null);
            }

            Add(Uri.UnescapeDataString(_upstream.UserInfo));
        }
    }

    /// <summary>Must be told each credential that goes out with the call.</summary>
    public void Add(string? secret)
    {
        if (secret is { Length: > 0 } && !_secrets.Contains(secret))
        {
            _secrets.Add(secret);
        }
    }

    /// <summary>A text for the client: without what is private, and not too long.</summary>
    public string Text(string text)
    {
        bool cut = text.Length > MaxText + Lookahead;
        string clean = Blank(cut ? text[..(MaxText + Lookahead)] : text, cut);
        return clean.Length <= MaxText ? clean : clean[..(char.IsHighSurrogate(clean[MaxText - 1]) ? MaxText - 1 : MaxText)];
    }

    /// <summary>The text holds something to take out; short texts that pass whole or not at all are looked at in this way.</summary>
    public bool IsPrivate(string text) => Blank(text, cut: false) != text;

    /// <summary>The JSON object of an error, otherwise byte for byte as it came; null when the bytes are no such object.</summary>
    public byte[]? ErrorObject(ReadOnlySpan<byte> json)
    {
        try
        {
            return json is [(byte)'{', ..] && Utf8.IsValid(json) ? Edit(json, everywhere: true, out _) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>JSON whose members named <c>error</c> are cleaned, at any depth; all else stays. The same span when there is nothing to clean.</summary>
    /// <exception cref="JsonException">There may be such members, and nobody can tell where.</exception>
    public ReadOnlySpan<byte> ErrorMembers(ReadOnlySpan<byte> json)
    {
        if (!MayNameError(json))
        {
            return json;
        }

        // A server that says its errors in another charset says them all the same.
        ReadOnlySpan<byte> text = Utf8.IsValid(json) ? json : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        byte[] clean = Edit(text, everywhere: false, out bool changed);
        return changed ? clean : json;
    }

    /// <summary>As it is written everywhere, or with a letter of it as an escape.</summary>
    private static bool MayNameError(ReadOnlySpan<byte> json) =>
        json.IndexOf("\"error\""u8) >= 0 || json.IndexOf("\\u006"u8) >= 0 || json.IndexOf("\\u007"u8) >= 0;

    /// <summary>Texts hold other servers' JSON as text, so what is escaped there is looked at with its escapes undone, too.</summary>
    private string Blank(string text, bool cut)
    {
        string clean = BlankPlain(text, cut);
        string plain = Escapes().Replace(clean, Unescape);
        return plain != clean && BlankPlain(plain, cut: false) is var cleaner && cleaner != plain ? cleaner : clean;
    }

    private string BlankPlain(string text, bool cut)
    {
        foreach (string secret in _secrets)
        {
            SecretForms forms = SecretForms.Of(secret);
            text = forms.Blank(text, Redacted);
            text = cut ? text[..^forms.BegunAtEnd(text)] : text;
        }

        return PrivateNames.Blank(OwnHost(text));
    }

    private string OwnHost(string text)
    {
        if (_upstream is not { Host: { Length: > 0 } host } || PrivateNames.IsMakers(host))
        {
            return text;
        }

        text = text.Replace($"{host}:{_upstream.Port}", Address, StringComparison.OrdinalIgnoreCase);

        // A single name may be an ordinary word, such as ollama.
        return host.AsSpan().ContainsAny('.', '-', ':') ? text.Replace(host, Address, StringComparison.OrdinalIgnoreCase) : text;
    }

    private byte[] Edit(ReadOnlySpan<byte> json, bool everywhere, out bool changed)
    {
        ByteEdits edits = new();
        Find(json, everywhere, edits);
        changed = !edits.IsEmpty;
        using PooledBuffer edited = new(json.Length + 64);
        edits.Apply(json, edited);
        return edited.Span.ToArray();
    }

    /// <summary>Strings are compared with their escapes undone: a server may write any character of a key as <c>\u....</c>.</summary>
    private void Find(ReadOnlySpan<byte> json, bool everywhere, ByteEdits edits)
    {
        const int Outside = int.MaxValue;
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        string name = "";

        // How deep the member is that is cleaned, with all that is in it.
        int inside = everywhere ? -1 : Outside;
        while (reader.Read())
        {
            bool isName = reader.TokenType == JsonTokenType.PropertyName;
            bool isNumber = reader.TokenType == JsonTokenType.Number;
            string text = isName || reader.TokenType == JsonTokenType.String ? JsonUnescape.ToText(reader.ValueSpan) : "";
            inside = reader.CurrentDepth < inside || (isName && reader.CurrentDepth == inside) ? Outside : inside;
            inside = inside == Outside && isName && text == "error" ? reader.CurrentDepth : inside;
            if (inside != Outside)
            {
                string clean = (isNumber || !isName) && PrivateNames.IsAccount(name) && (isNumber || text.Length > 0) ? Redacted
                    : text.Length > MaxMember ? Text(text)
                    : Blank(text, cut: false);
                if (clean != text)
                {
                    int length = isNumber ? reader.ValueSpan.Length : reader.ValueSpan.Length + 2;
                    edits.Replace((int)reader.TokenStartIndex, length, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(clean, JsonFormat.WriterOptions.Encoder)}\""));
                }
            }

            name = isName ? text : "";
        }
    }

    private static string Unescape(Match escape) =>
        escape.Groups[1].Success ? ((char)Convert.ToInt32(escape.Groups[1].Value, 16)).ToString()
        : escape.Groups[2].Success ? ((char)int.Parse(escape.Groups[2].Value, CultureInfo.InvariantCulture)).ToString()
        : escape.Groups[3].Value;

    /// <summary>Of JSON, of Python, of URLs that were escaped more than once, and of HTML: hexadecimal, decimal, the character itself.</summary>
    [GeneratedRegex(@"(?:(?<!\\)\\+(?:u00|x)|%(?:25){0,4}|&#x0{0,4})([2-7][0-9a-f]);?|&#0{0,4}(3[2-9]|[4-9]\d|1[01]\d|12[0-6]);?|(?<!\\)\\+([/""'&<>])", RegexOptions.IgnoreCase)]
    private static partial Regex Escapes();
}
