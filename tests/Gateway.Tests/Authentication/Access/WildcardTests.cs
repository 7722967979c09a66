using Gateway.Authentication.Access;

namespace Gateway.Tests.Authentication.Access;

public sealed class WildcardTests
{
    [Theory]
    [InlineData("gpt-5", "gpt-5", true)]
    [InlineData("gpt-5", "gpt-5-mini", false)]
    [InlineData("gpt-5*", "gpt-5", true)]
    [InlineData("gpt-5*", "gpt-5-mini", true)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything/at:all", true)]
    [InlineData("claude-*haiku*", "claude-3-5-haiku-latest", true)]
    [InlineData("claude-*haiku*", "claude-sonnet-4", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("**x", "x", true)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    [InlineData("a.c", "abc", false)]
    [InlineData("a?c", "abc", false)]
    [InlineData("GPT-5", "gpt-5", false)]
    public void A_star_stands_for_any_run_and_nothing_else_is_special(string pattern, string text, bool matches) =>
        Assert.Equal(matches, Wildcard.Matches(pattern, text, StringComparison.Ordinal));

    [Fact]
    public void A_pattern_of_many_stars_takes_no_exponential_time()
    {
        string pattern = string.Concat(Enumerable.Repeat("a*", 100)) + "b";

        Assert.False(Wildcard.Matches(pattern, new string('a', 10_000), StringComparison.Ordinal));
    }
}
