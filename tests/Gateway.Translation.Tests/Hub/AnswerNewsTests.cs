using System.Text;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Hub;

/// <summary>What of an answer is progress, and what only shows that a server lives.</summary>
public sealed class AnswerNewsTests
{
    private const string Start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"up\",\"usage\":{\"input_tokens\":3}}}\n\n";
    private const string Block = "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n";
    private const string Role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";

    /// <summary>What a server may say for ever without getting on.</summary>
    public static TheoryData<string> SignsOfLife =>
    [
        ": keep-alive\n\n",
        ": OPENROUTER PROCESSING\n\n",
        ":\n",
        "\n",
        "\r\n\r\n",
        "data:\n\n",
        "data: \n\n",
        "event: ping\ndata: {}\n\n",
        "event: ping\ndata: {\"type\": \"ping\"}\n\n",
        "event: heartbeat\ndata: {\"type\":\"heartbeat\"}\n\n",
        "id: 7\nretry: 1000\n\n",
        "data: {\"choices\":[]}\n\n",
        "data: {\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"finish_reason\":null}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"\",\"reasoning_details\":[],\"tool_calls\":[]},\"finish_reason\":null}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"type\":\"function\",\"function\":{\"arguments\":\"\"}}]},\"finish_reason\":null}]}\n\n",
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"\"}}\n\n",
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"\"}}\n\n",
    ];

    [Theory]
    [MemberData(nameof(SignsOfLife))]
    public void Signs_of_life_are_no_news_whoever_sends_them(string sign)
    {
        foreach ((ApiForm upstream, ApiForm client, bool streaming) in Ways())
        {
            using AnswerTranslator answer = Begin(upstream, client, streaming);
            Assert.True(answer.TakeNews());
            for (int i = 0; i < 3; i++)
            {
                answer.Read(Encoding.UTF8.GetBytes(sign));
                Assert.False(answer.TakeNews(), $"{upstream} for {client}, streamed {streaming}");
            }

            using AnswerTranslator silent = Create(upstream, client, streaming);
            silent.Read(Encoding.UTF8.GetBytes(sign));
            bool isChoice = upstream == ApiForm.Chat && sign.Contains("delta", StringComparison.Ordinal) && sign.Contains("index\":0", StringComparison.Ordinal) && !sign.Contains("_delta", StringComparison.Ordinal);
            Assert.Equal(isChoice, silent.TakeNews());
        }
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"a\"},\"finish_reason\":null}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\"}}]},\"finish_reason\":null}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":3}}\n\n")]
    public void Pieces_of_a_chat_answer_are_news(string piece) => AssertNews(ApiForm.Chat, piece);

    [Theory]
    [InlineData("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n")]
    [InlineData("data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}\n\n")]
    [InlineData("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n")]
    [InlineData("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":2}}\n\n")]
    public void Pieces_of_a_message_are_news(string piece) => AssertNews(ApiForm.Messages, piece);

    /// <summary>Half an event is none, however many bytes it has.</summary>
    [Fact]
    public void Event_is_news_when_it_is_whole_and_only_then()
    {
        const string chat = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"long\"},\"finish_reason\":null}]}\n\n";
        foreach ((ApiForm upstream, ApiForm client, bool streaming) in Ways())
        {
            using AnswerTranslator answer = Begin(upstream, client, streaming);
            answer.TakeNews();
            byte[] piece = Encoding.UTF8.GetBytes(upstream == ApiForm.Chat ? chat : Block);
            foreach (byte one in piece[..^1])
            {
                answer.Read([one]);
                Assert.False(answer.TakeNews());
            }

            answer.Read(piece.AsSpan(piece.Length - 1));
            Assert.True(answer.TakeNews());
        }
    }

    [Fact]
    public void Whole_answer_is_news_once_when_it_begins()
    {
        foreach ((ApiForm upstream, ApiForm client, bool streaming) in Ways())
        {
            using AnswerTranslator answer = Create(upstream, client, streaming);
            foreach ((string bytes, bool news) in new[] { (" \n \n", false), ("   ", false), ("{", true), ("\"id\":\"", false), ("abc", false) })
            {
                answer.Read(Encoding.UTF8.GetBytes(bytes));
                Assert.Equal(news, answer.TakeNews());
            }
        }
    }

    private static void AssertNews(ApiForm upstream, string piece)
    {
        foreach ((ApiForm from, ApiForm client, bool streaming) in Ways().Where(way => way.Upstream == upstream))
        {
            using AnswerTranslator answer = Begin(from, client, streaming);
            answer.TakeNews();
            answer.Read(Encoding.UTF8.GetBytes(piece));
            Assert.True(answer.TakeNews(), $"{from} for {client}, streamed {streaming}");
            Assert.False(answer.TakeNews());
        }
    }

    private static IEnumerable<(ApiForm Upstream, ApiForm Client, bool Streaming)> Ways() =>
        from upstream in new[] { ApiForm.Chat, ApiForm.Messages }
        from client in new[] { ApiForm.Chat, ApiForm.Messages }
        from streaming in new[] { true, false }
        select (upstream, client, streaming);

    private static AnswerTranslator Begin(ApiForm upstream, ApiForm client, bool streaming)
    {
        AnswerTranslator answer = Create(upstream, client, streaming);
        answer.Read(Encoding.UTF8.GetBytes(upstream == ApiForm.Chat ? Role : Start + Block));
        return answer;
    }

    private static AnswerTranslator Create(ApiForm upstream, ApiForm client, bool streaming) =>
        Answers.Translate(upstream, client, new AnswerContext { Model = "m", RequestId = "req_1", Streaming = streaming });
}
