using System.Text;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>Output that nobody counted: 4 bytes of what was said are a token, to whomever it is told.</summary>
public sealed class SpokenTextTests
{
    [Theory]
    [InlineData("\"content\":\"12345678\"", 2)]
    [InlineData("\"content\":\"123456789\"", 3)]
    [InlineData("\"content\":\"\\u00e4\\u00e4\\ud83d\\ude42\"", 2)]
    [InlineData("\"content\":\"ää🙂\"", 2)]
    [InlineData("\"content\":\"\\\"\\\\\\n\\t\"", 1)]
    [InlineData("\"content\":[{\"type\":\"text\",\"text\":\"12345678\"},{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"1234\"}]}]", 3)]
    [InlineData("\"refusal\":\"12345678\"", 2)]
    [InlineData("\"reasoning_content\":\"12345678\",\"reasoning\":\"12345678\"", 2)]
    [InlineData("\"reasoning\":\"12345678\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"12345678\"}]", 2)]
    [InlineData("\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"12345678\"},{\"type\":\"reasoning.encrypted\",\"data\":\"AAAAAAAAAAAAAAAA\"}]", 2)]
    [InlineData("\"thinking\":\"12345678\",\"content\":\"1234\"", 3)]
    [InlineData("\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"a_name\",\"arguments\":\"{\\\"a\\\":12}\"}}]", 2)]
    [InlineData("\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":\"a_name\",\"arguments\":\"{\\\"a\\\":12}\"}}],\"function_call\":{\"name\":\"a_name\",\"arguments\":\"{\\\"a\\\":12}\"}", 2)]
    [InlineData("\"function_call\":{\"name\":\"a_name\",\"arguments\":\"{\\\"a\\\":12}\"}", 2)]
    [InlineData("\"role\":\"assistant\"", 0)]
    public void Chat_answer_is_counted_alike_for_both_clients(string delta, long tokens)
    {
        string chunk = $$"""{"id":"c","choices":[{"index":0,"delta":{ {{delta}} },"finish_reason":null}]}""";
        foreach (ApiForm client in new[] { ApiForm.Chat, ApiForm.Messages })
        {
            Assert.Equal(tokens, Broken(ApiForm.Chat, client, $"data: {chunk}\n\n").Output);
        }
    }

    [Theory]
    [InlineData("text", "\"type\":\"text_delta\",\"text\":\"\\u00e4\\u00e4\\ud83d\\ude42\"", 2)]
    [InlineData("text", "\"text\":\"12345678\",\"type\":\"text_delta\"", 2)]
    [InlineData("text", "\"type\":\"text_delta\",\"text\":\"a \\\"quote\\\"\"", 3)]
    [InlineData("thinking", "\"type\":\"thinking_delta\",\"thinking\":\"12345678\"", 2)]
    [InlineData("thinking", "\"type\":\"signature_delta\",\"signature\":\"AAAAAAAAAAAAAAAA\"", 0)]
    [InlineData("tool_use", "\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":12}\"", 2)]
    public void Message_is_counted_alike_for_both_clients(string block, string delta, long tokens)
    {
        string events = $$"""
            event: message_start
            data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[]} }

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"{{block}}","id":"toolu_1","name":"a_name","input":{} } }

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{@DELTA} }


            """.ReplaceLineEndings("\n").Replace("@DELTA", delta, StringComparison.Ordinal);
        foreach (ApiForm client in new[] { ApiForm.Chat, ApiForm.Messages })
        {
            Assert.Equal(tokens, Broken(ApiForm.Messages, client, events).Output);
        }
    }

    private static TokenUsage Broken(ApiForm upstream, ApiForm client, string said)
    {
        using AnswerTranslator translator = Answers.Translate(upstream, client, new AnswerContext { Model = "m", Id = "msg_1", Streaming = true });
        translator.Read(Encoding.UTF8.GetBytes(said));
        translator.End(clean: false);
        Assert.True(translator.Usage.Estimated);
        return translator.Usage;
    }
}
