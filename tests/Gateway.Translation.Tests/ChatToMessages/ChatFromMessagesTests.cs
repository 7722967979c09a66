using System.Text;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tests.ChatToMessages;

public sealed class ChatFromMessagesTests
{
    private const string Begin = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"usage\":{\"input_tokens\":10,\"output_tokens\":1,\"cache_read_input_tokens\":90,\"cache_creation_input_tokens\":30,\"cache_creation\":{\"ephemeral_5m_input_tokens\":10,\"ephemeral_1h_input_tokens\":20}}}}\n\n";

    private PooledBuffer _client = new();

    private string Client => Encoding.UTF8.GetString(_client.Span);

    [Fact]
    public void Later_usage_takes_the_place_of_earlier_usage()
    {
        using AnswerTranslator translator = New();
        Read(translator, Begin + "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"input_tokens\":0,\"cache_read_input_tokens\":91,\"output_tokens\":42,\"output_tokens_details\":{\"thinking_tokens\":7}}}\n\n");
        Assert.Equal(new TokenUsage { Input = 10, CacheRead = 91, CacheWrite5m = 10, CacheWrite1h = 20, Output = 42, Reasoning = 7 }, translator.Usage);
    }

    [Fact]
    public void Usage_of_a_stream_that_broke_is_an_estimate()
    {
        using AnswerTranslator translator = New();
        Read(translator, Begin + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" + new string('a', 400) + "\"}}\n\n");
        translator.End(clean: false);
        Assert.True(translator.Usage.Estimated);
        Assert.Equal(100, translator.Usage.Output);
        Assert.Equal(10, translator.Usage.Input);
    }

    [Fact]
    public void Usage_before_the_upstream_speaks_is_the_estimate_of_the_caller()
    {
        using AnswerTranslator translator = New(estimatedInput: 33);
        Assert.Equal(new TokenUsage { Input = 33, Estimated = true }, translator.Usage);
    }

    [Fact]
    public void Early_start_gives_the_stream_its_own_id_and_the_role_only_once()
    {
        using AnswerTranslator translator = New();
        Assert.False(translator.Started);
        translator.Start();
        Assert.True(translator.Started);
        translator.Ping();
        Read(translator, Begin + "data: {\"type\":\"message_stop\"}\n\n");
        Assert.Single(Client.Split("\"role\"").Skip(1));
        Assert.Contains("\"id\":\"chatcmpl-own\"", Client, StringComparison.Ordinal);
        Assert.DoesNotContain("chatcmpl-1", Client, StringComparison.Ordinal);
        Assert.Contains("\n\n: ping\n\n", Client, StringComparison.Ordinal);
        Assert.EndsWith("\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n", Client, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_follows_a_failure()
    {
        using AnswerTranslator translator = New();
        Read(translator, Begin);
        translator.Fail(GatewayError.Timeout("too slow"));
        int length = _client.Length;
        translator.Ping();
        translator.Fail(GatewayError.Api("again"));
        Read(translator, "data: {\"type\":\"message_stop\"}\n\n");
        translator.End(clean: true);
        Assert.Equal(length, _client.Length);
        Assert.EndsWith("data: {\"error\":{\"message\":\"too slow\",\"type\":\"server_error\",\"param\":null,\"code\":\"timeout\"}}\n\n", Client, StringComparison.Ordinal);
        Assert.True(translator.Completed);
        Assert.Equal("too slow", translator.Error!.Message);
    }

    [Fact]
    public void Whole_answer_has_no_bytes_until_it_is_complete()
    {
        using AnswerTranslator translator = New(streaming: false);
        translator.Start();
        Read(translator, Begin);
        translator.Ping();
        translator.End(clean: true);
        Assert.False(translator.Started);
        Assert.Equal("", Client);
        Assert.Equal(ErrorType.Api, translator.Error!.Type);
    }

    [Theory]
    [InlineData("""{"content":[{"type":"text","text":"a"}]""")]
    [InlineData("<html>")]
    [InlineData("")]
    public void Body_that_cannot_be_read_is_an_error_and_no_bytes(string body)
    {
        using AnswerTranslator translator = New();
        translator.ReadWhole(Encoding.UTF8.GetBytes(body));
        Assert.False(translator.Started);
        Assert.Equal("", Client);
        Assert.NotNull(translator.Error);
    }

    [Fact]
    public void Model_of_the_client_is_escaped()
    {
        using AnswerTranslator translator = Translate(new AnswerContext { Model = "a\"b", Id = "chatcmpl-own", Created = 1, Streaming = true });
        translator.Start();
        Assert.Contains("\"model\":\"a\\\"b\"", Client, StringComparison.Ordinal);
    }

    private AnswerTranslator New(bool streaming = true, long estimatedInput = 0) =>
        Translate(new AnswerContext { Model = "m", Id = "chatcmpl-own", Created = 1, Streaming = streaming, EstimatedInput = estimatedInput });

    private static void Read(AnswerTranslator translator, string upstream) => translator.Read(Encoding.UTF8.GetBytes(upstream));

    private AnswerTranslator Translate(AnswerContext context)
    {
        AnswerTranslator translator = Answers.Translate(ApiForm.Messages, ApiForm.Chat, context);
        _client = translator.Output;
        return translator;
    }
}
