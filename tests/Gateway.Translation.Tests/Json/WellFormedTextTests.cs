using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Json;

public sealed class WellFormedTextTests
{
    [Theory]
    [InlineData("plain", "|plain")]
    [InlineData("a\\ud83d|\\ude00b", "a|\\ud83d\\ude00b")]
    [InlineData("a\\ud83d|b", "a|\uFFFDb")]
    [InlineData("a\\ud83d|", "a|\uFFFD")]
    [InlineData("a\\ude00b", "|a\uFFFDb")]
    [InlineData("a\\ud83d\\ud83d|\\ude00", "a\uFFFD|\\ud83d\\ude00")]
    [InlineData("\\\\ud83d", "|\\\\ud83d")]
    [InlineData("\\uD83D\\n", "|\uFFFD\\n")]
    public void Halves_of_characters_are_joined_or_replaced(string pieces, string expected)
    {
        using WellFormedText text = new();
        StringBuilder all = new();
        foreach (string piece in pieces.Split('|'))
        {
            all.Append(Encoding.UTF8.GetString(text.Next(Encoding.UTF8.GetBytes(piece))));
        }

        all.Append(Encoding.UTF8.GetString(text.Flush()));
        Assert.Equal(expected.Replace("|", "", StringComparison.Ordinal), all.ToString());
    }

    [Fact]
    public void Utf8_cut_in_the_middle_of_a_character_is_joined()
    {
        using WellFormedText text = new();
        byte[] smile = "😀"u8.ToArray();
        Assert.Equal("a"u8, text.Next([(byte)'a', .. smile.AsSpan(0, 2)]));
        Assert.Equal("😀"u8, text.Next(smile.AsSpan(2)));
        Assert.Equal("\uFFFDb"u8, text.Next([0xFF, (byte)'b']));
    }
}
