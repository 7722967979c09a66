using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Http;

/// <summary>What parsing makes of a body. One long text costs nothing more; of many small values each costs a row in a table.</summary>
internal static class JsonWeight
{
    /// <summary>No request that means something has more; a body that is full of them would take 20 times its size.</summary>
    public const int MostValues = 4_000_000;

    /// <summary>One or two rows of 12 bytes, in a table that doubles as it grows, against what a byte of text takes.</summary>
    private const int BytesPerValue = 8;

    /// <summary>Up to here it may as well be the punctuation of texts: not worth to look closer.</summary>
    private const int Few = 100_000;

    /// <summary>How many bytes of text would take as much memory. Null when there are more values than anyone needs.</summary>
    public static long? Of(ReadOnlySpan<byte> json)
    {
        long values = json.Count((byte)',') + json.Count((byte)'{') + json.Count((byte)'[');
        values = values > Few ? CountValues(json) : values;
        return values > MostValues ? null : json.Length + (values * BytesPerValue);
    }

    private static long CountValues(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = JsonFormat.DocumentOptions.MaxDepth });
        long values = 0;
        try
        {
            while (values <= MostValues && reader.Read())
            {
                values++;
            }
        }
        catch (JsonException)
        {
            // Whoever parses it says what is wrong; up to there it has been counted.
        }

        return values;
    }
}
