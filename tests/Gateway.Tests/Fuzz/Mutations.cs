using System.Text;
using System.Text.Json;
using CsCheck;

namespace Gateway.Tests.Fuzz;

/// <summary>Changes inputs the way attackers and broken programs do: whole JSON tokens, or bytes wherever they stand.</summary>
internal static class Mutations
{
    private static readonly byte[][] s_values =
    [
        .. new[]
        {
            "null", "true", "0", "-1", "-1000000000000", "1.5", "1e300", "1e-300", "-0", "9223372036854775808", "2147483648", "\"10\"", "\"\"", "[]", "{}", "[[]]", "[{}]",
            "\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"line\\nbreak\"", "\"b\u00e9ta\"", "\"data:\"", "\"data:,\"", "\"data:image/png;base64,\"", "\"http://127.0.0.1:1/x\"",
            "\"gwy1.AAAA\"", "\"claude-x\"", "\"tool_use\"", "\"tool_result\"", "\"assistant\"", "\"system\"", "{\"type\":\"text\"}", "{\"type\":\"image\"}", "{\"type\":\"enabled\",\"budget_tokens\":-1}",
            "{\"$ref\":\"#\"}", "{\"anyOf\":[{\"$ref\":\"#/anyOf/0\"}]}",
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xFF, 0xFE, (byte)'"'],
        [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'],
        Encoding.UTF8.GetBytes(new string('9', 400)),
        Encoding.UTF8.GetBytes('"' + new string('x', 70_000) + '"'),
        Encoding.UTF8.GetBytes(new string('[', 200) + new string(']', 200)),
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100)),
    ];

    private static readonly byte[][] s_pieces =
    [
        .. new[] { "\"", "{", "}", "[", "]", ",", ":", "\\", "\n\n", "\r\n", "data: ", "event: error\n", ": comment\n\n", "data: [DONE]\n\n", "\u2028", "\uFEFF", "\\ud83d", "\"model\":\"x\",", "\"stream\":true,", "\"n\":100," }.Select(Encoding.UTF8.GetBytes),
        [0], [0xFF], [0xC0, 0x80],
    ];

    /// <param name="Kind">What is done; half of the numbers put another JSON value in a value's place, since most else is refused at once.</param>
    /// <param name="At">Where: a number that is taken modulo what there is.</param>
    /// <param name="Length">Of how much.</param>
    /// <param name="Piece">With what: a number, too.</param>
    private readonly record struct Mutation(int Kind, int At, int Length, int Piece);

    private static readonly Gen<Mutation> s_mutation = Gen.Select(Gen.Int[0, 14], Gen.Int[0, 1_000_000], Gen.Int[1, 200], Gen.Int[0, 1000], (kind, at, length, piece) => new Mutation(kind, at, length, piece));

    /// <summary>An input of the corpus after none to six mutations.</summary>
    public static Gen<byte[]> Of(params byte[][] corpus) =>
        Gen.Select(Gen.Int[0, corpus.Length - 1], s_mutation.List[0, 4], (index, mutations) => mutations.Aggregate(corpus[index], Apply));

    private static byte[] Apply(byte[] input, Mutation mutation)
    {
        (int start, int end) = mutation.Kind is < 4 or > 8 && Tokens(input) is { Count: > 0 } tokens ? tokens[mutation.At % tokens.Count] : Slice(input, mutation);
        return mutation.Kind switch
        {
            0 or > 8 => Replace(input, start, end, s_values[mutation.Piece % s_values.Length]),
            1 or 2 => Replace(input, start, start, [.. input.AsSpan(start, end - start), (byte)',']),
            3 => Replace(input, start, end, []),
            4 => Replace(input, start, start, s_pieces[mutation.Piece % s_pieces.Length]),
            5 => Replace(input, start, Math.Min(start + 1, end), [(byte)mutation.Piece]),
            6 => Replace(input, start, end, []),
            7 => Replace(input, start, start, input[start..end]),
            _ => input[..start],
        };
    }

    private static (int Start, int End) Slice(byte[] input, Mutation mutation)
    {
        int start = mutation.At % (input.Length + 1);
        return (start, Math.Min(start + mutation.Length, input.Length));
    }

    private static byte[] Replace(byte[] input, int start, int end, byte[] with) => [.. input.AsSpan(0, start), .. with, .. input.AsSpan(end)];

    /// <summary>Where the values and names of a JSON text stand, as far as it can be read.</summary>
    private static List<(int Start, int End)> Tokens(byte[] json)
    {
        List<(int, int)> tokens = [];
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject))
                {
                    int start = (int)reader.TokenStartIndex;
                    Utf8JsonReader whole = reader;
                    tokens.Add((start, whole.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject && !whole.TrySkip() ? start + 1 : (int)whole.BytesConsumed));
                }
            }
        }
        catch (JsonException)
        {
            // The tokens before the mistake are enough.
        }

        return tokens;
    }
}
