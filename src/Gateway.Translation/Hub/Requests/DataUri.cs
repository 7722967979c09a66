using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>
/// A URL from a Chat part: the address of a file, or the file itself as <c>data:type;base64,...</c>. The payload stays
/// in the client's bytes: images are the largest thing in a request.
/// </summary>
internal sealed record DataUri
{
    // The first characters of each format in base64: clients often name the wrong type, and Anthropic compares.
    private static readonly (string Start, string Type)[] s_images =
        [("iVBORw0KGgo", "image/png"), ("/9j/", "image/jpeg"), ("R0lGOD", "image/gif"), ("UklGR", "image/webp")];

    private readonly JsonElement _url;
    private readonly int _dataStart;

    /// <summary>The URL's characters, only where the JSON string held escapes.</summary>
    private readonly string? _unescaped;

    private DataUri(JsonElement url, string? unescaped, string? mediaType, int dataStart) =>
        (_url, _unescaped, MediaType, _dataStart) = (url, unescaped, mediaType, dataStart);

    /// <summary>Lower-case type without parameters; null for an address.</summary>
    public string? MediaType { get; }

    /// <summary>Null when it is neither an http(s) address nor base64 data.</summary>
    public static DataUri? Parse(JsonElement url)
    {
        if (!url.IsText())
        {
            return null;
        }

        ReadOnlySpan<byte> text = JsonFormat.RawText(url);
        string? unescaped = text.Contains((byte)'\\') ? url.Text() : null;
        text = unescaped is null ? text : Encoding.UTF8.GetBytes(unescaped);
        if (Ascii.EqualsIgnoreCase(text[..Math.Min(8, text.Length)], "https://"u8) || Ascii.EqualsIgnoreCase(text[..Math.Min(7, text.Length)], "http://"u8))
        {
            return new DataUri(url, unescaped, null, 0);
        }

        int comma = text.IndexOf((byte)',');
        if (comma < 0 || !Ascii.EqualsIgnoreCase(text[..Math.Min(5, text.Length)], "data:"u8))
        {
            return null;
        }

        string header = Encoding.UTF8.GetString(text[5..comma]).ToLowerInvariant();
        string[] parts = header.Split(';', StringSplitOptions.TrimEntries);
        if (!parts.Contains("base64"))
        {
            return null;
        }

        string start = Encoding.UTF8.GetString(text.Slice(comma + 1, Math.Min(12, text.Length - comma - 1)));
        string type = parts[0] == "image/jpg" ? "image/jpeg" : parts[0];
        foreach ((string magic, string image) in s_images)
        {
            type = start.StartsWith(magic, StringComparison.Ordinal) ? image : type;
        }

        return new DataUri(url, unescaped, start.StartsWith("JVBERi", StringComparison.Ordinal) ? "application/pdf" : type, comma + 1);
    }

    public bool IsImage => MediaType is null or "image/jpeg" or "image/png" or "image/gif" or "image/webp";

    /// <summary>The decoded file; null when the base64 is broken.</summary>
    public byte[]? Decode()
    {
        try
        {
            return Convert.FromBase64String(_unescaped?[_dataStart..] ?? Encoding.ASCII.GetString(JsonFormat.RawText(_url)[_dataStart..]));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes the members of an Anthropic <c>source</c>.</summary>
    public void WriteMembers(Utf8JsonWriter json)
    {
        if (MediaType is null)
        {
            json.WriteString("type"u8, "url"u8);
            json.WritePropertyName("url"u8);
            json.WriteRaw(_url);
            return;
        }

        json.WriteString("type"u8, "base64"u8);
        json.WriteString("media_type"u8, MediaType);
        json.WritePropertyName("data"u8);
        if (_unescaped is null)
        {
            json.WriteEscapedText(JsonFormat.RawText(_url)[_dataStart..]);
        }
        else
        {
            json.WriteStringValue(_unescaped.AsSpan(_dataStart));
        }
    }
}
