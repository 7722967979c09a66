using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.Json;

public sealed class JsonUnescapeTests
{
    [Theory]
    [InlineData("text", "text", true)]
    [InlineData("", "", true)]
    [InlineData("\\u0074\\u0065\\u0078\\u0074", "text", true)]
    [InlineData("te\\u0078t", "text", true)]
    [InlineData("\\ud83d\\ude00", "😀", true)]
    [InlineData("\\u0074\\u0065\\u0078\\u0074\\n", "text", false)]
    [InlineData("te\\nxt", "text", false)]
    [InlineData("\\n", "", false)]
    [InlineData("\\ud83d", "text", false)]
    public void Escaped_text_is_compared_by_what_it_stands_for(string escaped, string text, bool same) =>
        Assert.Equal(same, JsonUnescape.Matches(Encoding.UTF8.GetBytes(escaped), Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Long_text_is_not_decoded_to_be_compared_with_a_short_one()
    {
        byte[] escaped = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("line\\n", 10_000)));
        JsonUnescape.Matches(escaped, "text"u8);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(JsonUnescape.Matches(escaped, "text"u8));
        Assert.False(JsonUnescape.Matches(escaped, ""u8));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
