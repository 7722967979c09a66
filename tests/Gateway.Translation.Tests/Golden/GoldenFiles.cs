using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Golden;

/// <summary>Compares what came out with a case's file. What differs is kept beside the tests' assembly, to look at or to copy.</summary>
internal static class GoldenFiles
{
    public static void Expect(GoldenCase golden, string file, byte[] actual)
    {
        byte[] expected = golden.Read(file) ?? [];

        bool json = file.EndsWith(".json", StringComparison.Ordinal);
        string wanted = json ? Tokens(golden.Set, expected) : Text(expected);
        string got = json ? Tokens(golden.Set, actual) : Text(actual);
        if (wanted != got)
        {
            Keep(golden, file, actual);
        }

        Assert.Equal(wanted, got);
    }

    public static void Keep(GoldenCase golden, string file, byte[] actual)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Golden.actual", golden.Name, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, actual);
    }

    /// <summary>Files may be laid out for people: what counts is tokens and, but for requests to chat servers, their order. A relay passes white space, too.</summary>
    private static string Tokens(GoldenSet set, byte[] json) => set.IsRelay ? Text(json) : Compact(set.AnyOrder && json.Length > 0 ? Sorted(json) : json);

    public static string Compact(byte[] json)
    {
        ArrayBufferWriter<byte> output = new();
        JsonRaw.WriteCompact(json, output);
        return Text(output.WrittenSpan);
    }

    private static byte[] Sorted(byte[] json)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output))
        {
            WriteSorted(JsonElement.Parse(json), writer);
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteSorted(JsonElement json, Utf8JsonWriter output)
    {
        if (json.ValueKind == JsonValueKind.Object)
        {
            output.WriteStartObject();
            foreach (JsonProperty member in json.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
            {
                output.WritePropertyName(member.Name);
                WriteSorted(member.Value, output);
            }

            output.WriteEndObject();
        }
        else if (json.ValueKind == JsonValueKind.Array)
        {
            output.WriteStartArray();
            foreach (JsonElement item in json.EnumerateArray())
            {
                WriteSorted(item, output);
            }

            output.WriteEndArray();
        }
        else
        {
            json.WriteTo(output);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
