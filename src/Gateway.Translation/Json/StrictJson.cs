using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Translation.Json;

/// <summary>
/// JSON from outside that decides about access or settings: shallow, no name twice, since two readers could take
/// different ones, and nothing in its strings but text. Half a surrogate pair or bytes that are not UTF-8 would make
/// <see cref="JsonElement.GetString"/> throw at whoever reads them later.
/// </summary>
public static class StrictJson
{
    private static readonly JsonDocumentOptions s_options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Null when it is anything but such an object.</summary>
    public static JsonElement? ParseObject(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Parse(utf8) is { ValueKind: JsonValueKind.Object } parsed ? parsed : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="JsonException">It is no such JSON. The message may quote it; line and byte, when known, say where.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8)
    {
        if (FindNoText(utf8) is >= 0 and int at)
        {
            ReadOnlySpan<byte> before = utf8[..at];
            throw new JsonException("Text that is not Unicode.", null, before.Count((byte)'\n'), at - before.LastIndexOf((byte)'\n') - 1);
        }

        return JsonElement.Parse(utf8, s_options);
    }

    /// <summary>Null when it is absent or no string.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool Has(this JsonElement element, string name) => element.TryGetProperty(name, out _);

    /// <summary>Where the first bytes are that stand for no character; -1 when there are none.</summary>
    private static int FindNoText(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            return SurrogateHalves.FindAlone(utf8, 0);
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out int length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
