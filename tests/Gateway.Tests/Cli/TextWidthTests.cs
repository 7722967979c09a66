using Gateway.Cli.Shared;

namespace Gateway.Tests.Cli;

public sealed class TextWidthTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("plain", 5)]
    [InlineData("検索", 4)]
    [InlineData("한국어", 6)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("e\u0301", 1)]
    [InlineData("🚀", 2)]
    [InlineData("❤\uFE0F", 2)]
    [InlineData("…", 1)]
    [InlineData("\u200B", 0)]
    public void Cells_of_a_terminal(string text, int width) => Assert.Equal(width, TextWidth.Of(text));

    [Theory]
    [InlineData("plain", 5, "plain")]
    [InlineData("plainer", 5, "plai…")]
    [InlineData("plain text", 7, "plain…")]
    [InlineData("検索エンジン", 6, "検索…")]
    [InlineData("ae\u0301e\u0301e\u0301", 3, "ae\u0301…")]
    [InlineData("👩‍👩‍👧 x", 3, "…")]
    public void Only_the_end_goes_and_no_sign_is_taken_apart(string text, int width, string cut) => Assert.Equal(cut, TextWidth.Cut(text, width));

    [Theory]
    [InlineData("a\tb\r\nc", "a b  c")]
    [InlineData("\u001b[31mred", "\uFFFD[31mred")]
    [InlineData("a\u202Etxt", "a\uFFFDtxt")]
    public void A_terminal_obeys_nothing_in_a_name(string text, string clean) => Assert.Equal(clean, TextWidth.Clean(text));

    [Theory]
    [InlineData("a one,two,three b", 8, "a one,|two,|three b")]
    [InlineData("limit=1,234,567,x", 14, "limit=1,234,5…|x")]
    [InlineData("https://a.example/b/c", 12, "https://|a.example/b/|c")]
    [InlineData("unbroken-word", 6, "unbro…")]
    public void Long_words_break_behind_their_parts(string text, int width, string lines) => Assert.Equal(lines.Split('|'), TextWidth.Break(text, width));

    [Fact]
    public void What_is_no_sign_at_all_is_shown_as_that() => Assert.Equal("a\uFFFD", TextWidth.Clean("a\uD800"));

    [Fact]
    public void Sentences_break_between_words() => Assert.Equal(["one two", "three", "longerthanthat", "so"], TextWidth.Wrap("one two three longerthanthat so", 9));
}
