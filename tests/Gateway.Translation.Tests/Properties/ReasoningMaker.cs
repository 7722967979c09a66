using System.Text.Json.Nodes;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Properties;

/// <summary>A server that thinks, says a word and makes a call, and wants back what it thought.</summary>
internal sealed class ReasoningMaker
{
    private readonly ReasoningStateKind _kind;
    private readonly JsonObject _whole;
    private readonly Random _random;

    public ReasoningMaker(ReasoningStateKind kind, Random random)
    {
        (_kind, _random) = (kind, random);
        JsonArray states = [.. Enumerable.Range(0, kind == ReasoningStateKind.CallData ? 1 : random.Next(1, 4)).Select(NewState)];
        Wanted = states.ToJsonString();
        _whole = Whole(states);
    }

    /// <summary>All that must come back.</summary>
    public string Wanted { get; }

    /// <summary>What only the maker may see.</summary>
    public List<string> Secrets { get; } = [];

    public static ModelRoute RouteOf(ReasoningStateKind kind, ApiForm client, string provider) => kind switch
    {
        ReasoningStateKind.ClaudeSignature or ReasoningStateKind.RedactedThought => new ModelRoute(client, ApiForm.Messages, "claude-sonnet-4-5", provider),
        ReasoningStateKind.ReasoningDetail => new ModelRoute(client, ApiForm.Chat, "some/model", provider, """{"replayReasoning":"always:reasoning_details"}"""),
        ReasoningStateKind.CallData => new ModelRoute(client, ApiForm.Chat, "gemini-3-flash", provider),
        _ => new ModelRoute(client, ApiForm.Responses, "gpt-5.4", provider),
    };

    /// <summary>Servers of all forms that are somebody else. A relay's conversation moves by what the gateway remembers, and not by what is said.</summary>
    public static IEnumerable<ModelRoute> Others(ReasoningStateKind kind, ApiForm client)
    {
        foreach (ReasoningStateKind other in (ReasoningStateKind[])[ReasoningStateKind.ClaudeSignature, ReasoningStateKind.ReasoningDetail, ReasoningStateKind.CallData, ReasoningStateKind.ResponsesItem])
        {
            ApiForm upstream = FormOf(other);
            bool claudes = upstream == ApiForm.Messages && FormOf(kind) == ApiForm.Messages;
            if (client != upstream && !claudes)
            {
                yield return RouteOf(other, client, "other");
            }
        }
    }

    public static ApiForm FormOf(ReasoningStateKind kind) => kind switch
    {
        ReasoningStateKind.ClaudeSignature or ReasoningStateKind.RedactedThought => ApiForm.Messages,
        ReasoningStateKind.ResponsesItem => ApiForm.Responses,
        _ => ApiForm.Chat,
    };

    /// <summary>What a request holds of it.</summary>
    public static string StateIn(ReasoningStateKind kind, JsonObject request)
    {
        JsonNode[] turns = [.. (request["messages"] ?? request["input"])!.AsArray()!];
        JsonNode? assistant = turns.FirstOrDefault(turn => turn["role"]?.ToString() == "assistant");
        return new JsonArray([.. (kind switch
        {
            ReasoningStateKind.ClaudeSignature or ReasoningStateKind.RedactedThought => assistant!["content"]!.AsArray().Where(block => block!["type"]!.ToString().EndsWith("thinking", StringComparison.Ordinal)),
            ReasoningStateKind.ReasoningDetail => (assistant!["reasoning_details"] as JsonArray ?? []).Select(Sorted),
            ReasoningStateKind.CallData => assistant!["tool_calls"]!.AsArray().Select(call => call!["extra_content"]),
            _ => turns.Where(turn => turn["type"]?.ToString() == "reasoning"),
        }).Select(each => each?.DeepClone())]).ToJsonString();
    }

    /// <summary>Some servers stream what others say whole.</summary>
    public string Answer(bool streamed) => !streamed ? _whole.ToJsonString() : FormOf(_kind) switch
    {
        ApiForm.Messages => string.Concat(MessageEvents().Select(data => $"event: {data["type"]}\ndata: {data.ToJsonString()}\n\n")),
        ApiForm.Responses => string.Concat(ResponseEvents().Select(data => $"event: {data["type"]}\ndata: {data.ToJsonString()}\n\n")),
        _ => string.Concat(ChatForms.Chunks(_whole).Select(chunk => $"data: {chunk.ToJsonString()}\n\n")) + "data: [DONE]\n\n",
    };

    private static JsonNode Sorted(JsonNode? entry) => new JsonObject(entry!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));

    private JsonNode NewState(int number)
    {
        switch (_kind)
        {
            case ReasoningStateKind.ClaudeSignature:
                return new JsonObject { ["type"] = "thinking", ["thinking"] = Words(), ["signature"] = Secret() };
            case ReasoningStateKind.RedactedThought:
                return new JsonObject { ["type"] = "redacted_thinking", ["data"] = Secret() };
            case ReasoningStateKind.ReasoningDetail:
                return Sorted(_random.Next(2) == 0
                    ? new JsonObject { ["type"] = "reasoning.text", ["text"] = Words(), ["signature"] = Secret(), ["format"] = "some-maker-v1", ["index"] = number }
                    : new JsonObject { ["type"] = "reasoning.encrypted", ["data"] = Secret(), ["id"] = $"rs_{number}", ["format"] = "some-maker-v1", ["index"] = number });
            case ReasoningStateKind.CallData:
                return new JsonObject { ["google"] = new JsonObject { ["thought_signature"] = Secret() } };
            default:
                return new JsonObject
                {
                    ["type"] = "reasoning",
                    ["id"] = $"rs_{_random.Next():x8}",
                    ["summary"] = new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(_ => new JsonObject { ["type"] = "summary_text", ["text"] = Words() })]),
                    ["encrypted_content"] = Secret(),
                };
        }
    }

    private JsonObject Whole(JsonArray states)
    {
        JsonNode[] copies = [.. states.Select(state => state!.DeepClone())];
        return FormOf(_kind) switch
        {
            ApiForm.Messages => new JsonObject
            {
                ["id"] = "msg_1",
                ["type"] = "message",
                ["role"] = "assistant",
                ["model"] = "up",
                ["content"] = new JsonArray([.. copies, new JsonObject { ["type"] = "text", ["text"] = "Well." }, new JsonObject { ["type"] = "tool_use", ["id"] = "toolu_1", ["name"] = "look", ["input"] = new JsonObject() }]),
                ["stop_reason"] = "tool_use",
                ["usage"] = new JsonObject { ["input_tokens"] = 1, ["output_tokens"] = 1 },
            },
            ApiForm.Responses => new JsonObject
            {
                ["id"] = "resp_1",
                ["object"] = "response",
                ["status"] = "completed",
                ["output"] = new JsonArray([.. copies, new JsonObject { ["type"] = "function_call", ["id"] = "fc_1", ["call_id"] = "call_1", ["name"] = "look", ["arguments"] = "{}" }]),
            },
            _ => new JsonObject { ["id"] = "c", ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = Message(copies), ["finish_reason"] = "tool_calls" }) },
        };
    }

    private JsonObject Message(JsonNode[] states)
    {
        JsonObject call = new() { ["id"] = "call_1", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "look", ["arguments"] = "{}" } };
        JsonObject message = new() { ["role"] = "assistant", ["content"] = "Well.", ["tool_calls"] = new JsonArray(call) };
        if (_kind == ReasoningStateKind.CallData)
        {
            call["extra_content"] = states[0];
        }
        else
        {
            message["reasoning_details"] = new JsonArray(states);
        }

        return message;
    }

    private IEnumerable<JsonObject> MessageEvents()
    {
        JsonObject start = _whole.DeepClone().AsObject();
        start["content"] = new JsonArray();
        yield return new JsonObject { ["type"] = "message_start", ["message"] = start };
        int index = 0;
        foreach (JsonObject block in _whole["content"]!.AsArray().OfType<JsonObject>())
        {
            JsonObject begun = block.DeepClone().AsObject();
            bool thinking = block["type"]!.ToString() == "thinking";
            if (thinking)
            {
                (begun["thinking"], begun["signature"]) = ("", "");
            }

            yield return new JsonObject { ["type"] = "content_block_start", ["index"] = index, ["content_block"] = begun };
            if (thinking)
            {
                foreach (string piece in Pieces(block["thinking"]!.ToString()))
                {
                    yield return Delta(new JsonObject { ["type"] = "thinking_delta", ["thinking"] = piece });
                }

                yield return Delta(new JsonObject { ["type"] = "signature_delta", ["signature"] = block["signature"]!.DeepClone() });
            }

            yield return new JsonObject { ["type"] = "content_block_stop", ["index"] = index++ };
        }

        yield return new JsonObject { ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = "tool_use" }, ["usage"] = new JsonObject { ["output_tokens"] = 1 } };
        yield return new JsonObject { ["type"] = "message_stop" };

        JsonObject Delta(JsonObject delta) => new() { ["type"] = "content_block_delta", ["index"] = index, ["delta"] = delta };
    }

    private IEnumerable<JsonObject> ResponseEvents()
    {
        yield return new JsonObject { ["type"] = "response.created", ["response"] = new JsonObject { ["id"] = "resp_1" } };
        int index = 0;
        foreach (JsonNode? item in _whole["output"]!.AsArray())
        {
            int part = 0;
            yield return new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = index, ["item"] = new JsonObject { ["type"] = item!["type"]!.DeepClone(), ["id"] = item["id"]!.DeepClone(), ["call_id"] = item["call_id"]?.DeepClone(), ["name"] = item["name"]?.DeepClone() } };
            foreach (JsonNode? summary in item["summary"] as JsonArray ?? [])
            {
                foreach (string piece in Pieces(summary!["text"]!.ToString()))
                {
                    yield return new JsonObject { ["type"] = "response.reasoning_summary_text.delta", ["item_id"] = item["id"]!.DeepClone(), ["output_index"] = index, ["summary_index"] = part, ["delta"] = piece };
                }

                part++;
            }

            yield return new JsonObject { ["type"] = "response.output_item.done", ["output_index"] = index++, ["item"] = item.DeepClone() };
        }

        yield return new JsonObject { ["type"] = "response.completed", ["response"] = _whole.DeepClone() };
    }

    private IEnumerable<string> Pieces(string text) => text.EnumerateRunes().Chunk(_random.Next(1, 5)).Select(runes => string.Concat(runes));

    private string Words() => string.Concat(Enumerable.Range(0, _random.Next(1, 9)).Select(_ => _random.Next(5) switch { 0 => "\n", 1 => "🙂", 2 => "é\"", 3 => "\\u", _ => " word" })) + ".";

    private string Secret()
    {
        string secret = $"S{_random.NextInt64():x16}==";
        Secrets.Add(secret);
        return secret;
    }
}
