using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Tests.Golden;

namespace Gateway.Translation.Tests.Properties;

/// <summary>
/// An answer is the same message whether the upstream streams it or says it whole: each golden is turned into its other
/// form, and both are translated.
/// </summary>
public sealed class StreamOrWholeTests
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Goldens =>
        [.. GoldenCase.All.Where(golden => golden.Set is { Client: ApiForm.Messages, Upstream: ApiForm.Chat, Kind: GoldenKind.Answer } && HasTwoForms(golden)).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void Stream_and_whole_answer_are_one_message(string name)
    {
        GoldenCase golden = GoldenCase.Of(name);
        AnswerContext context = TranslationRun.Request(golden.ClientRequest, GoldenTarget.Of(golden)).Context!;
        (byte[] stream, byte[] whole) = Forms(golden);
        TranslationRun streamed = TranslationRun.Stream(context, streaming: true, stream, [], clean: true);
        TranslationRun said = TranslationRun.Whole(context, streaming: false, whole);
        Assert.Null(streamed.Error);
        Assert.Null(said.Error);
        JsonObject one = ToldMessage.Of(streamed.Bytes);
        JsonObject other = JsonNode.Parse(said.Bytes)!.AsObject();
        JsonObject completion = Completion(golden)!;
        bool counted = completion["usage"] is JsonObject;
        bool severalThoughts = completion["choices"]!.AsArray().Any(choice => choice?["message"]?["reasoning_details"] is JsonArray { Count: > 1 });
        Assert.Equal(Meaning(other, context, counted, severalThoughts), Meaning(one, context, counted, severalThoughts));
        Assert.Equal(NextTurn(golden, other), NextTurn(golden, one));
    }

    /// <summary>
    /// Left out: answers of which the client sees an error (how a stream breaks, or a body is none, has no other form), half
    /// characters (a whole text has none), streams that are none, what a server says of a call that it could not read (an error object), and
    /// arguments that are no JSON (the repair of a stream knows the pieces, that of a whole answer does not).
    /// </summary>
    internal static bool HasTwoForms(GoldenCase golden)
    {
        string upstream = Encoding.UTF8.GetString(golden.UpstreamStream ?? golden.UpstreamResponse ?? []);
        return golden.Error is null && !HalfCharacters.AreIn(golden.UpstreamStream ?? golden.UpstreamResponse) && upstream.Contains("\"choices\"", StringComparison.Ordinal) && !upstream.Replace("\": ", "\":", StringComparison.Ordinal).Contains("\"error\":{", StringComparison.Ordinal) && !upstream.Contains("failed_generation", StringComparison.Ordinal)
            && Completion(golden) is { } whole && whole["choices"]!.AsArray().SelectMany(choice => choice?["message"]?["tool_calls"] as JsonArray ?? []).All(call => call?["function"]?["arguments"] is not JsonValue text || IsJson(text.ToString()));
    }

    /// <summary>Null when the answer has not the form that was asked for.</summary>
    private static JsonObject? Completion(GoldenCase golden) =>
        golden.UpstreamStream is [not (byte)'{', ..] stream ? ChatForms.Whole(ToldMessage.Events(stream))
        : golden.UpstreamResponse is [(byte)'{', ..] whole ? JsonNode.Parse(whole) as JsonObject
        : null;

    private static bool IsJson(string arguments)
    {
        try
        {
            return arguments.Length == 0 || JsonNode.Parse(arguments) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    internal static (byte[] Stream, byte[] Whole) Forms(GoldenCase golden)
    {
        JsonObject whole = Completion(golden)!;
        return (
            golden.UpstreamStream ?? Encoding.UTF8.GetBytes(string.Concat(ChatForms.Chunks(whole).Select(chunk => $"data: {chunk.ToJsonString(s_plain)}\n\n")) + "data: [DONE]\n\n"),
            golden.UpstreamResponse ?? Encoding.UTF8.GetBytes(whole.ToJsonString(s_plain)));
    }

    /// <summary>
    /// What of a message is the same: a whole answer has no order between its thinking, text and calls, nor between several thoughts. A stream has no place
    /// for the service tier, and where the gateway ends it at a stop sequence the upstream's count has not come yet. Estimates differ.
    /// </summary>
    private static string Meaning(JsonObject message, AnswerContext context, bool counted, bool severalThoughts)
    {
        JsonObject[] blocks = [.. message["content"]!.AsArray().OfType<JsonObject>()];
        string stop = message["stop_reason"]!.ToString();
        string thinking = string.Concat(blocks.Select(block => block["thinking"]));
        message["usage"]!.AsObject().Remove("service_tier");
        return string.Join('\n',
        [
            "thinking " + (severalThoughts ? string.Concat(thinking.Order()) : thinking),
            "text " + string.Concat(blocks.Where(block => block["type"]!.ToString() == "text").Select(block => block["text"])),
            .. blocks.SelectMany(block => block["citations"] as JsonArray ?? []).Select(citation => "cites " + citation!["url"]),
            .. blocks.Where(block => block["type"]!.ToString() is not ("text" or "thinking" or "redacted_thinking")).Select(block => block.ToJsonString()),
            $"{stop} {message["stop_sequence"]}",
            !counted || (context.EnforceStops && stop == "stop_sequence") ? "" : message["usage"]!.ToJsonString(),
        ]);
    }

    /// <summary>What the upstream sees of it on the next turn: reasoning that it wants back, signatures of calls.</summary>
    private static string NextTurn(GoldenCase golden, JsonObject message)
    {
        JsonObject request = JsonNode.Parse(golden.ClientRequest)!.AsObject();
        JsonObject[] calls = [.. message["content"]!.AsArray().OfType<JsonObject>().Where(block => block["type"]!.ToString() == "tool_use")];
        request["messages"] = new JsonArray(
            new JsonObject { ["role"] = "user", ["content"] = "hi" },
            new JsonObject { ["role"] = "assistant", ["content"] = message["content"]!.DeepClone() },
            new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. calls.Select(call => new JsonObject { ["type"] = "tool_result", ["tool_use_id"] = call["id"]!.DeepClone(), ["content"] = "ok" }), new JsonObject { ["type"] = "text", ["text"] = "go on" }]) });
        TranslationRun run = TranslationRun.Request(Encoding.UTF8.GetBytes(request.ToJsonString()), GoldenTarget.Of(golden));
        Assert.Null(run.Error);
        JsonObject assistant = JsonNode.Parse(run.Bytes)!["messages"]!.AsArray().OfType<JsonObject>().FirstOrDefault(each => each["role"]!.ToString() == "assistant") ?? [];
        if (assistant["content"] is not JsonArray)
        {
            assistant.Remove("content");
        }

        return assistant.ToJsonString();
    }
}
