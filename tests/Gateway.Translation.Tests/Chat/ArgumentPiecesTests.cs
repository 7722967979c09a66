using System.Text;
using Gateway.Translation.Chat;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Chat;

/// <summary>Arguments cut anywhere come out the same, whether a server sends what is new or all that there is so far.</summary>
public sealed class ArgumentPiecesTests
{
    private static readonly string[] s_arguments =
    [
        """{"city":"Rome","unit":"C"}""",
        """{"a":[1,2,{"a":[1]}],"b":{"b":{"b":null}}}""",
        """{"a":{"a":{"a":1}}}""",
        """{"x":[{"x":[{"x":[]}]}]}""",
        """{"t":"{\"t\":\"{\"","u":"ü☃","e":"\\\""}""",
        """ { "a" : [ ] , "b" : -1.5e3 }""",
        "{}",
    ];

    public static TheoryData<string> Arguments => [.. s_arguments];

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Cut_anywhere_and_appended(string arguments)
    {
        foreach (int[] cuts in Cuts(arguments))
        {
            Expect(arguments, cuts, [.. Enumerable.Range(0, cuts.Length - 1).Select(i => arguments[cuts[i]..cuts[i + 1]])]);
        }
    }

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Cut_anywhere_and_repeated(string arguments)
    {
        foreach (int[] cuts in Cuts(arguments))
        {
            string[] pieces = [.. cuts.Skip(1).Select(end => arguments[..end])];
            Expect(arguments, cuts, pieces);
            Expect(arguments, cuts, [.. pieces, arguments]);
            Expect(arguments, cuts, ["", .. pieces.SelectMany(piece => (string[])[piece, piece])]);
        }
    }

    private static IEnumerable<int[]> Cuts(string text)
    {
        for (int a = 1; a <= text.Length; a++)
        {
            for (int b = a; b <= text.Length; b++)
            {
                yield return [0, .. new HashSet<int> { a, b, text.Length }];
            }
        }
    }

    private static void Expect(string arguments, int[] cuts, string[] pieces)
    {
        using ArgumentPieces read = new();
        using PooledBuffer safe = new();
        foreach (string piece in pieces)
        {
            read.Add(Encoding.UTF8.GetBytes(piece), safe);
        }

        Assert.True(read.IsWhole, $"{arguments} in {string.Join(',', cuts)}: {string.Join(" | ", pieces)}");
        read.Close(safe);
        Assert.Equal(Compact(arguments), Encoding.UTF8.GetString(safe.Span));
    }

    private static string Compact(string json)
    {
        using PooledBuffer compact = new();
        JsonRaw.WriteCompact(Encoding.UTF8.GetBytes(json), compact);
        return Encoding.UTF8.GetString(compact.Span);
    }
}
