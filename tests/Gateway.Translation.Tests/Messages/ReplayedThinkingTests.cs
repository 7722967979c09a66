using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Messages;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tests.Golden;
using Gateway.Translation.Tests.Properties;

namespace Gateway.Translation.Tests.Messages;

/// <summary>What an upstream wants back of its thinking comes back as a whole answer has it, and its store stays small.</summary>
public sealed class ReplayedThinkingTests
{
    private static readonly ChatUpstream s_target = new("m", "router", "some-model", Profile.Default with { ReplayReasoning = new ReasoningReplay(ReplayWhen.Always, "reasoning_details") });

    /// <summary>Each text in pieces, a signature with its last piece or alone, entries one after the other or all at once.</summary>
    [Fact]
    public void Pieces_of_a_stream_go_back_as_the_entries_of_a_whole_answer()
    {
        Random random = new(14);
        for (int run = 0; run < 300; run++)
        {
            JsonArray whole = Entries(random);
            JsonNode[] content = Content(Whole(whole));
            JsonNode[] streamed = Content(Stream(Pieces(whole, random)));
            (string details, _) = Replay(content);
            Assert.Equal(Sorted(whole), Sorted(JsonNode.Parse(details)!));
            Assert.Equal(details, Replay(streamed).Details);
        }
    }

    [Fact]
    public void Four_hundred_pieces_make_a_signature_of_one()
    {
        string thought = string.Concat(Enumerable.Range(0, 400).Select(i => $" wörd{i:d3}"));
        JsonArray whole = [new JsonObject { ["type"] = "reasoning.text", ["text"] = thought, ["signature"] = new string('S', 400), ["format"] = "anthropic-claude-v1", ["index"] = 0 }];
        string signature = Content(Stream(thought.Chunk(8).Select(piece => (JsonNode)new JsonObject { ["type"] = "reasoning.text", ["text"] = new string(piece), ["format"] = "anthropic-claude-v1", ["index"] = 0 })
            .Append(new JsonObject { ["type"] = "reasoning.text", ["signature"] = new string('S', 400), ["index"] = 0 })))[0]["signature"]!.ToString();
        Assert.InRange(signature.Length, 1, 900);
        Assert.Equal(Content(Whole(whole))[0]["signature"]!.ToString(), signature);
    }

    /// <summary>The readable part can be done without, the encrypted part cannot.</summary>
    [Fact]
    public void Signature_that_would_be_too_long_keeps_what_is_encrypted()
    {
        // A field of its own says the text; that of the details differs, so it would have to be stored.
        JsonArray whole =
        [
            new JsonObject { ["type"] = "reasoning.summary", ["summary"] = new string('x', 250_000), ["index"] = 0 },
            new JsonObject { ["type"] = "reasoning.encrypted", ["data"] = "QUJD", ["id"] = "rs_1", ["index"] = 1 },
        ];
        JsonNode[] content = Content(Stream(whole!, reasoning: "short"));
        (string details, string report) = Replay(content);
        Assert.Equal("""[{"type":"reasoning.encrypted","id":"rs_1","index":1,"data":"QUJD"}]""", details);
        Assert.Equal("dropped=thinking", report);
    }

    [Fact]
    public void No_signature_is_longer_than_the_bound()
    {
        JsonArray whole = [new JsonObject { ["type"] = "reasoning.encrypted", ["data"] = new string('A', 250_000), ["index"] = 0 }];
        JsonNode[] content = Content(Whole(whole));
        Assert.InRange(content[0]["data"]!.ToString().Length, 1, ThinkingSignature.MaxLength);
        (string details, string report) = Replay(content);
        Assert.Equal("", details);
        Assert.Equal("dropped=thinking", report);
    }

    [Fact]
    public void Signature_from_before_streams_were_put_together_is_understood()
    {
        string old = Sign("""{"scope":"router/some-model","sha256":"fb8e20fc2e4c3f24","details":[{"type":"reasoning.text","text":"a","index":0},{"type":"reasoning.text","text":"b","index":0},{"type":"reasoning.text","signature":"s","index":0}]}""");
        Assert.Equal("""[{"type":"reasoning.text","index":0,"text":"ab","signature":"s"}]""", Replay([Thinking("ab", old)]).Details);
    }

    /// <summary>A signature comes from outside: whatever it holds, there is an answer.</summary>
    [Theory]
    [InlineData("""{"lengths":true,"entries":[{"type":"reasoning.text","text":3}]}""", "")]
    [InlineData("""{"lengths":true,"entries":[{"type":"reasoning.text","text":-1},{"type":"reasoning.text","text":99999999999}]}""", "")]
    [InlineData("""{"lengths":true,"entries":[{"type":"reasoning.text","text":"a"}]}""", "")]
    [InlineData("""{"entries":[[1,{"type":"a"}],[-1,{"type":"b"}],["x",{"type":"c"}],[],[1],5,null,"x"]}""", null)]
    [InlineData("""{"entries":[{"type":"a","text":"x"},[1,{"type":"b","text":"y"}]]}""", """[{"type":"a","text":"x"},{"type":"b","text":"y"}]""")]
    [InlineData("""{"entries":{"a":1},"details":[1,"x",[],{"text":"\ud800"}]}""", null)]
    public void Forged_signature_breaks_nothing(string members, string? expected)
    {
        string signature = Sign("""{"scope":"router/some-model","sha256":"fb8e20fc2e4c3f24",""" + members[1..]);
        string details = Replay([Thinking("ab", signature)]).Details;
        Assert.Equal(expected ?? details, details);
    }

    private static string Sign(string json) => "gwy1." + System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static JsonObject Thinking(string text, string signature) => new() { ["type"] = "thinking", ["thinking"] = text, ["signature"] = signature };

    private static JsonArray Entries(Random random)
    {
        JsonArray entries = [];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            JsonObject entry = random.Next(3) switch
            {
                0 => new() { ["type"] = "reasoning.summary", ["summary"] = Words(random) },
                1 => new() { ["type"] = "reasoning.text", ["text"] = Words(random), ["signature"] = $"sig{i}" },
                _ => new() { ["type"] = "reasoning.encrypted", ["data"] = $"data{i}==" },
            };
            entry["format"] = random.Next(2) == 0 ? "anthropic-claude-v1" : null;
            entry["index"] = entries.Count;
            if (random.Next(2) == 0)
            {
                entry["id"] = $"rs_{i}";
            }

            entries.Add(entry);
        }

        return entries;
    }

    private static string Words(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(4) switch { 0 => "\n", 1 => "🙂", 2 => "é\"", _ => " word" }));

    private static IEnumerable<JsonNode> Pieces(JsonArray whole, Random random)
    {
        foreach (JsonObject entry in whole.OfType<JsonObject>())
        {
            string name = entry.ContainsKey("data") ? "data" : entry.ContainsKey("text") ? "text" : "summary";
            string text = entry[name]!.ToString();
            int size = name == "data" ? text.Length : random.Next(1, 4);
            bool last = random.Next(2) == 0;
            foreach (string piece in text.EnumerateRunes().Chunk(size).Select(runes => string.Concat(runes)))
            {
                JsonObject head = entry.DeepClone().AsObject();
                head[name] = piece;
                head.Remove("signature");
                yield return head;
            }

            if (entry["signature"] is { } signature)
            {
                yield return last ? new JsonObject { ["type"] = entry["type"]!.DeepClone(), ["signature"] = signature.DeepClone(), ["index"] = entry["index"]!.DeepClone() }
                    : new JsonObject { ["type"] = entry["type"]!.DeepClone(), [name] = "", ["signature"] = signature.DeepClone(), ["index"] = entry["index"]!.DeepClone(), ["format"] = null };
            }
        }
    }

    private static (bool Stream, byte[] Bytes) Whole(JsonArray details) =>
        (false, Encoding.UTF8.GetBytes(new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = "4", ["reasoning_details"] = details.DeepClone() }, ["finish_reason"] = "stop" }) }.ToJsonString()));

    private static (bool Stream, byte[] Bytes) Stream(IEnumerable<JsonNode> pieces, string reasoning = "") =>
        (true, Encoding.UTF8.GetBytes("data: {\"choices\":[{\"delta\":{\"reasoning\":\"" + reasoning + "\"}}]}\n\n" + string.Concat(pieces.Select(piece => "data: {\"choices\":[{\"delta\":{\"reasoning_details\":[" + piece.ToJsonString() + "]}}]}\n\n"))
            + """data: {"choices":[{"delta":{"content":"4"},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n"));

    private static JsonNode[] Content((bool Stream, byte[] Bytes) upstream)
    {
        AnswerContext context = new() { Model = "m", Id = "msg_1", ThinkingWanted = true, Profile = s_target.Profile, SignatureOrigin = s_target.SignatureOrigin };
        JsonObject message = upstream.Stream
            ? ToldMessage.Of(TranslationRun.Stream(context, streaming: true, upstream.Bytes, [], clean: true).Bytes)
            : JsonNode.Parse(TranslationRun.Whole(context, streaming: false, upstream.Bytes).Bytes)!.AsObject();
        return [.. message["content"]!.AsArray()!];
    }

    private static (string Details, string Report) Replay(JsonNode[] content)
    {
        JsonObject request = new()
        {
            ["model"] = "m",
            ["max_tokens"] = 10,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "user", ["content"] = "hi" },
                new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray([.. content.Select(block => block.DeepClone()), new JsonObject { ["type"] = "text", ["text"] = "4" }]) },
                new JsonObject { ["role"] = "user", ["content"] = "go on" }),
        };
        TranslationRun run = TranslationRun.Request(Encoding.UTF8.GetBytes(request.ToJsonString()), s_target);
        Assert.Null(run.Error);
        using JsonDocument upstream = JsonDocument.Parse(run.Bytes);
        JsonElement assistant = upstream.RootElement.GetProperty("messages")[1];
        return (assistant.TryGetProperty("reasoning_details", out JsonElement details) ? details.GetRawText() : "", run.Report.ToString());
    }

    private static string Sorted(JsonNode details) =>
        string.Join('\n', details.AsArray().Select(entry => string.Join(',', entry!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}={member.Value}"))));
}
