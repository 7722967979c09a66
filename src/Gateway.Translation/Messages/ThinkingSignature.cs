using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// The signature that the gateway puts on thinking blocks of its own making: <c>gwy1.</c> and base64url of a small JSON
/// object. It says which model the reasoning came from, so that it is replayed there and nowhere else, and carries what
/// that upstream wants back but Anthropic clients have no field for. The client is the only store.
/// </summary>
internal sealed record ThinkingSignature(string Origin, string TextHash)
{
    public const string Mark = "gwy1.";

    /// <summary>The client sends it again with every turn. What would be longer says less.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>The thinking text, when the client asked not to be sent it.</summary>
    public string? Text { get; init; }

    /// <summary>Claude's own signature under the text, for clients whose form has no other place for it.</summary>
    public string? Claude { get; init; }

    /// <summary>A thought that only Claude can read, for the same clients.</summary>
    public string? Redacted { get; init; }

    /// <summary>OpenRouter's reasoning_details.</summary>
    public IReadOnlyList<DetailEntry> Entries { get; init; } = [];

    /// <summary>Of a signature that was read, an array: of each entry the object, or how far back the one is that it belongs to and the object.</summary>
    public JsonElement EntriesRead { get; private init; }

    /// <summary>Of a signature that was read: entries say what the block's text says by its length.</summary>
    public bool HasLengths { get; private init; }

    /// <summary>Of signatures as they once were: an array with the pieces of a stream.</summary>
    public JsonElement Pieces { get; private init; }

    /// <summary>Vendor data of tool calls (Gemini's thought signatures): a JSON object by call id.</summary>
    public JsonElement Extra { get; init; }

    /// <summary>The reasoning item of a response, less the text that the block has.</summary>
    public JsonElement Item { get; init; }

    /// <summary>There was more than it could hold.</summary>
    public bool IsCut { get; init; }

    public static string Hash(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(SHA256.HashData(text))[..16];

    public string Encode()
    {
        string whole = EncodeAll();
        if (whole.Length <= MaxLength)
        {
            return whole;
        }

        // What the upstream can do without goes first, what only it can read last.
        ThinkingSignature less = this with { Text = null, Entries = [.. Entries.Where(entry => !entry.Detail.Data.IsEmpty)], IsCut = true };
        string encrypted = less.EncodeAll();
        if (encrypted.Length <= MaxLength)
        {
            return encrypted;
        }

        // One whole thing that its maker reads is worth more than all that lies around it.
        string state = (less with { Entries = [], Extra = default }).EncodeAll();
        return state.Length <= MaxLength ? state : new ThinkingSignature(Origin, TextHash) { IsCut = true }.EncodeAll();
    }

    private string EncodeAll()
    {
        using PooledBuffer buffer = new(512);
        using (Utf8JsonWriter json = new(buffer, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("scope"u8, Origin);
            json.WriteString("sha256"u8, TextHash);
            if (Text is not null)
            {
                json.WriteBase64String("text"u8, Compress(Text));
            }

            if (Claude is not null)
            {
                json.WriteString("claude"u8, Claude);
            }

            if (Redacted is not null)
            {
                json.WriteString("redacted"u8, Redacted);
            }

            if (Entries.Count > 0)
            {
                WriteEntries(json);
            }

            if (Extra.ValueKind != JsonValueKind.Undefined)
            {
                json.WritePropertyName("extra"u8);
                json.WriteRaw(Extra);
            }

            if (Item.ValueKind != JsonValueKind.Undefined)
            {
                json.WritePropertyName("item"u8);
                json.WriteRaw(Item);
            }

            if (IsCut)
            {
                json.WriteBoolean("cut"u8, true);
            }

            json.WriteEndObject();
        }

        return Mark + Base64Url.EncodeToString(buffer.Span);
    }

    private void WriteEntries(Utf8JsonWriter json)
    {
        // Where they say the block's own text it is not stored twice.
        string readable = string.Concat(Entries.Select(entry => entry.Detail.ReadableText()));
        bool lengths = readable.Length > 0 && Hash(Encoding.UTF8.GetBytes(readable)) == TextHash;
        if (lengths)
        {
            json.WriteBoolean("lengths"u8, true);
        }

        json.WriteStartArray("entries"u8);
        foreach (DetailEntry entry in Entries)
        {
            if (entry.Continues is { } known)
            {
                json.WriteStartArray();
                json.WriteNumberValue(entry.Number - known.Number);
                entry.Detail.Write(json, lengths);
                json.WriteEndArray();
            }
            else
            {
                entry.Detail.Write(json, lengths);
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Null for signatures of anyone else, and for damaged ones.</summary>
    public static ThinkingSignature? TryDecode(string? signature)
    {
        if (signature?.StartsWith(Mark, StringComparison.Ordinal) != true || !Base64Url.IsValid(signature.AsSpan(Mark.Length)))
        {
            return null;
        }

        try
        {
            byte[] payload = Base64Url.DecodeFromChars(signature.AsSpan(Mark.Length));
            if (!JsonNames.AreReadable(payload))
            {
                return null;
            }

            using JsonDocument document = JsonDocument.Parse(payload);
            JsonElement root = document.RootElement.Clone();
            byte[]? text = root.Member("text"u8) is { ValueKind: JsonValueKind.String } packed ? packed.GetBytesFromBase64() : null;
            return new ThinkingSignature(root.Text("scope"u8) ?? "", root.Text("sha256"u8) ?? "")
            {
                Text = text is null ? null : Decompress(text),
                Claude = root.Text("claude"u8),
                Redacted = root.Text("redacted"u8),
                EntriesRead = root.Member("entries"u8),
                HasLengths = root.IsTrue("lengths"u8),
                Pieces = root.Member("details"u8),
                Extra = root.Member("extra"u8),
                Item = root.Member("item"u8),
                IsCut = root.IsTrue("cut"u8),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Compress(string text)
    {
        using MemoryStream output = new();
        using (BrotliStream brotli = new(output, CompressionLevel.Fastest))
        {
            brotli.Write(Encoding.UTF8.GetBytes(text));
        }

        return output.ToArray();
    }

    private static string Decompress(byte[] packed)
    {
        // A signature comes from outside: what it unpacks to is limited.
        const int MaxBytes = 4 * 1024 * 1024;
        using BrotliStream brotli = new(new MemoryStream(packed), CompressionMode.Decompress);
        byte[] buffer = new byte[16 * 1024];
        using MemoryStream output = new();
        int read;
        while ((read = brotli.Read(buffer)) > 0 && output.Length < MaxBytes)
        {
            output.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
