using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Clouds;

/// <summary>What stands behind a cloud's door: answers any Messages request with "ok".</summary>
internal static class FakeClaude
{
    public const string Message = """{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"text","text":"ok"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":1}}""";

    public static Task AnswerAsync(HttpContext context, bool stream, bool counts) =>
        counts ? FakeUpstream.Json(context, 200, """{"input_tokens":7}""")
        : stream ? StreamAsync(context)
        : FakeUpstream.Json(context, 200, Message);

    private static async Task StreamAsync(HttpContext context)
    {
        await FakeUpstream.BeginStreamAsync(context);
        foreach ((string name, string data) in new[]
        {
            ("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}"""),
            ("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
            ("content_block_delta", """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"ok"}}"""),
            ("content_block_stop", """{"type":"content_block_stop","index":0}"""),
            ("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}"""),
            ("message_stop", """{"type":"message_stop"}"""),
        })
        {
            await FakeUpstream.EventAsync(context, data, name);
        }
    }
}
