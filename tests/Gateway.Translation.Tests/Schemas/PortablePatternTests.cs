using Gateway.Translation.Schemas;

namespace Gateway.Translation.Tests.Schemas;

/// <summary>Each line was tried with Python's <c>re.compile</c>.</summary>
public sealed class PortablePatternTests
{
    [Theory]
    [InlineData("")]
    [InlineData("^(?!__)[\\w.-]+\\/\\d{4}$")]
    [InlineData("(?<=a)b(?<!c)(?:d)(?=e)")]
    [InlineData("\\x41\\u00e9\\n\\\\p\\.\\-()\\1")]
    [InlineData("[\\]^]")]
    [InlineData("名\\ ")]
    public void What_both_read_stays(string pattern) => Assert.True(PortablePattern.Is(pattern));

    [Theory]
    [InlineData("^\\p{L}+$")]
    [InlineData("[^\\P{Cc}]")]
    [InlineData("(?<year>\\d{4})")]
    [InlineData("\\k<year>")]
    [InlineData("\\u{1F600}")]
    [InlineData("\\x4")]
    [InlineData("\\cA")]
    [InlineData("a\\")]
    [InlineData("[^]")]
    [InlineData("[]")]
    public void What_only_JavaScript_reads_goes(string pattern) => Assert.False(PortablePattern.Is(pattern));
}
