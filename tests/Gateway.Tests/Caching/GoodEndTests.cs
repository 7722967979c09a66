using System.Text;
using Gateway.Caching;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Caching;

/// <summary>Which ends of an answer make it worth keeping, in the spellings of many servers.</summary>
public sealed class GoodEndTests
{
    [Theory]
    [InlineData("""{"stop_reason":"end_turn"}""", true)]
    [InlineData("""{ "stop_reason" : "tool_use" , "content":[] }""", true)]
    [InlineData("""{"stop_reason":"max_tokens"}""", true)]
    [InlineData("""{"stop_reason":"refusal"}""", false)]
    [InlineData("""{"stop_reason":"pause_turn"}""", false)]
    [InlineData("""{"stop_reason":null}""", false)]
    [InlineData("""{"content":[{"type":"tool_use","input":{"stop_reason":"end_turn"}}]}""", false)]
    [InlineData("""{"content":[{"type":"tool_use","input":{"stop_reason":"refusal"}}],"stop_reason":"tool_use"}""", true)]
    [InlineData("""{"stop_reason":"end_turn" """, false)]
    [InlineData("""{"stop_reason":"\ud800"}""", false)]
    [InlineData("", false)]
    public void Whole_message(string answer, bool good) => Assert.Equal(good, GoodEnd.IsGood(ApiForm.Messages, stream: false, Encoding.UTF8.GetBytes(answer)));

    [Theory]
    [InlineData("""{"choices":[{"finish_reason":"stop"}]}""", true)]
    [InlineData("""{"choices":[{"finish_reason":"stop"},{"finish_reason":"content_filter"}]}""", false)]
    [InlineData("""{"choices":[]}""", false)]
    [InlineData("""{"choices":[{"message":{"finish_reason":"stop"}}]}""", false)]
    public void Whole_completion(string answer, bool good) => Assert.Equal(good, GoodEnd.IsGood(ApiForm.Chat, stream: false, Encoding.UTF8.GetBytes(answer)));

    [Theory]
    [InlineData("data: {\"delta\":{\"stop_reason\": \"end_turn\"}}\r\n\r\n", true)]
    [InlineData("data:{\"message\":{\"stop_reason\":null}}\n\ndata:{\"delta\":{\"stop_reason\":\"stop_sequence\"}}\n\n: ping\n\n", true)]
    [InlineData("data: {\"message\":{\"stop_reason\":null}}\n\n", false)]
    [InlineData("data: {\"delta\":{\"stop_reason\":\"refusal\"}}\n\n", false)]
    [InlineData("data: {\"delta\":{\"text\":\"\\\"stop_reason\\\":\\\"end_turn\\\"\"}}\n\n", false)]
    public void Stream(string answer, bool good) => Assert.Equal(good, GoodEnd.IsGood(ApiForm.Messages, stream: true, Encoding.UTF8.GetBytes(answer)));
}
