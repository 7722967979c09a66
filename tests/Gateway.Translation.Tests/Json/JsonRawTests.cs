using System.Buffers;
using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Json;

public sealed class JsonRawTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("é😀", 2)]
    [InlineData("\\n\\\"\\\\u", 4)]
    [InlineData("\\u00e9x", 2)]
    [InlineData("\\ud83d\\ude00\\uD83D\\uDE00", 2)]
    public void Characters_are_counted_as_code_points(string escaped, int expected) =>
        Assert.Equal(expected, JsonRaw.CountCharacters(Encoding.UTF8.GetBytes(escaped)));

    [Theory]
    [InlineData("{ \"a b\" : [ 1.50 , \"\\\" { \" ] }\n", "{\"a b\":[1.50,\"\\\" { \"]}")]
    [InlineData("", "")]
    public void White_space_between_tokens_goes_and_nothing_else(string json, string expected)
    {
        ArrayBufferWriter<byte> output = new();
        JsonRaw.WriteCompact(Encoding.UTF8.GetBytes(json), output);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("\"a\\u0041\"", "aA")]
    [InlineData("\"a\\ud800b\"", "a\uFFFDb")]
    [InlineData("7", "")]
    public void Text_is_decoded_without_throwing(string json, string expected) =>
        Assert.Equal(expected, JsonRaw.Decode(Encoding.UTF8.GetBytes(json)));
}
