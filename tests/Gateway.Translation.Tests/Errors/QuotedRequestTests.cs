using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Errors;

/// <summary>What may stand in a log of an upstream's words.</summary>
public sealed class QuotedRequestTests
{
    private const string Prompt = "Please tell Ada that the launch codes are 4711 and nothing else";

    [Theory]
    [InlineData("Incorrect API key provided: sk-...abcd", "Incorrect API key provided: sk-...abcd")]
    [InlineData("The model `gpt-x` does not exist", "The model `gpt-x` does not exist")]
    [InlineData("Invalid value 'user' for role", "Invalid value 'user' for role")]
    [InlineData("messages.0.content: Input should be a valid string", "messages.0.content: Input should be a valid string")]
    [InlineData("I do not like Please tell Ada that the launch codes are 4711 and nothing else at all", "I do not like [...] at all")]
    [InlineData("refused: ADA THAT THE LAUNCH CODES are", "refused:[...]")]
    [InlineData("Hello is not for you", "[...] is not for you")]
    [InlineData("Othello is not for you", "Othello is not for you")]
    [InlineData("bad word \"4711\"", "bad word \"[...]\"")]
    [InlineData("bad word '4711' and '4711'", "bad word '[...]' and '[...]'")]
    [InlineData("cannot parse {\"answer\": 42}", "cannot parse [...]")]
    [InlineData("first line\nsecond line", "first line[...]")]
    [InlineData("no such city: Rome!", "no such city: [...]!")]
    [InlineData("bad type: a secret of the tool", "bad type: [...]")]
    [InlineData("tool get_weather is bad", "tool [...] is bad")]
    public void What_is_quoted_of_the_request_is_taken_out(string words, string left)
    {
        const string Request = $$$"""{"model":"gpt-x","messages":[{"role":"system","content":"Hello"},{"role":"user","content":[{"type":"text","text":"{{{Prompt}}}"}]},{"role":"assistant","tool_calls":[{"function":{"name":"get_weather","arguments":"Rome"}}]},{"input":{"type":"a secret of the tool"}}]}""";
        Assert.Equal(left, QuotedRequest.TakenOut(words, Encoding.UTF8.GetBytes(Request)));
    }

    [Fact]
    public void Nothing_passes_of_a_request_that_cannot_be_read() => Assert.Equal("", QuotedRequest.TakenOut("Hello", "{\"a"u8));

    [Fact]
    public void Words_are_bounded_and_a_long_request_takes_no_time_for_each_of_its_characters()
    {
        string text = string.Concat(Enumerable.Range(0, 400).Select(i => $"{i % 10}abc "));
        string request = JsonSerializer.Serialize(new { content = new string('a', 2_000_000) + text });
        Assert.StartsWith("[...]", QuotedRequest.TakenOut(text, Encoding.UTF8.GetBytes(request)), StringComparison.Ordinal);
        Assert.True(QuotedRequest.TakenOut(string.Join(' ', Enumerable.Range(0, 400)), "{}"u8).Length <= 303);
    }

    /// <summary>Wherever it is cut out of a text, no piece of some length is left.</summary>
    [Fact]
    public void No_long_piece_of_a_text_is_left_wherever_it_is_cut()
    {
        byte[] request = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { content = Prompt }));
        for (int from = 0; from < Prompt.Length - 16; from++)
        {
            for (int length = 16; from + length <= Prompt.Length; length += 7)
            {
                string left = QuotedRequest.TakenOut($"no: {Prompt.Substring(from, length)} <", request);
                Assert.Equal("no: [...] <", left.Replace("no:[", "no: [", StringComparison.Ordinal).Replace("]<", "] <", StringComparison.Ordinal));
            }
        }
    }
}
