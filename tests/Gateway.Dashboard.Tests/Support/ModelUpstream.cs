using System.Globalization;
using System.Text.Json;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Gateway.Dashboard.Tests.Support;

/// <summary>
/// All providers of the company behind one address. What a model does is in its last prompt: a word such as <c>[503]</c> or
/// <c>[break]</c>; it answers else.
/// </summary>
internal static class ModelUpstream
{
    private const string Text = "The index is rebuilt every night at two.";

    public static async Task AnswerAsync(FakeUpstream upstream, HttpContext context)
    {
        ReceivedRequest request = upstream.Received.Last();
        bool messages = request.Path.EndsWith("/messages", StringComparison.Ordinal);
        JsonElement body = request.Json;
        string model = body.GetProperty("model").GetString()!;
        bool stream = body.TryGetProperty("stream", out JsonElement streams) && streams.GetBoolean();
        if (Asked(request.Body, "[401]", "[429]", "[503]") is { } status && (!request.Body.Contains("[first only]", StringComparison.Ordinal) || !request.Path.StartsWith("/second", StringComparison.Ordinal)))
        {
            await FakeUpstream.Json(context, int.Parse(status.AsSpan(1, 3), CultureInfo.InvariantCulture), """{"error":{"message":"Not now.","type":"server_error"}}""");
        }
        else if (stream)
        {
            await StreamAsync(context, model, messages, request.Body.Contains("[break]", StringComparison.Ordinal));
        }
        else
        {
            await FakeUpstream.Json(context, 200, messages ? Message(model) : FakeUpstream.Completion(Text));
        }
    }

    private static string? Asked(string body, params IEnumerable<string> words) => words.FirstOrDefault(word => body.Contains(word, StringComparison.Ordinal));

    private static async Task StreamAsync(HttpContext context, string model, bool messages, bool breaks)
    {
        await FakeUpstream.BeginStreamAsync(context);
        if (messages)
        {
            await FakeUpstream.EventAsync(context, $$$$"""{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"{{{{model}}}}","content":[],"usage":{"input_tokens":40,"output_tokens":1}}}""", "message_start");
            await FakeUpstream.EventAsync(context, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", "content_block_start");
            await FakeUpstream.EventAsync(context, $$$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{{Text}}}}"}}""", "content_block_delta");
        }
        else
        {
            await FakeUpstream.EventAsync(context, FakeUpstream.Chunk(Text));
        }

        if (breaks)
        {
            context.Abort();
        }
        else if (messages)
        {
            await FakeUpstream.EventAsync(context, """{"type":"content_block_stop","index":0}""", "content_block_stop");
            await FakeUpstream.EventAsync(context, """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":11}}""", "message_delta");
            await FakeUpstream.EventAsync(context, """{"type":"message_stop"}""", "message_stop");
        }
        else
        {
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        }
    }

    private static string Message(string model) =>
        $$$"""{"id":"msg_1","type":"message","role":"assistant","model":"{{{model}}}","content":[{"type":"text","text":"{{{Text}}}"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":40,"output_tokens":11}}""";
}
