using System.Text;
using System.Text.Json;

namespace Gateway.Translation.Tests.Properties;

/// <summary>
/// The grammar of Anthropic's event stream, as strict as the strictest client: names equal types, one message_start
/// first, blocks one after the other with indices 0, 1, 2, deltas that fit their block, input that parses to an object,
/// one signature as the last delta of a thinking block, usage before message_stop, nothing after message_stop or error.
/// </summary>
internal sealed class EventGrammar
{
    private enum Place
    {
        BeforeStart,
        BetweenBlocks,
        InBlock,
        AfterDelta,
        Over,
    }

    private readonly StringBuilder _input = new();
    private Place _place;
    private int _blocks;
    private string _block = "";
    private bool _signed;

    /// <summary>The stream ended in message_stop.</summary>
    public bool Complete { get; private set; }

    /// <summary>The stream ended in an error event.</summary>
    public bool Failed { get; private set; }

    /// <summary>Reads a whole stream; throws at the first thing that a strict client would not take.</summary>
    public static EventGrammar Check(byte[] stream)
    {
        EventGrammar grammar = new();
        string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(stream);
        Require(text.Length == 0 || text.EndsWith("\n\n", StringComparison.Ordinal), "the last event is not closed by a blank line");
        foreach (string part in text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = part.Split('\n');
            Require(lines.Length == 2 && lines[0].StartsWith("event: ", StringComparison.Ordinal) && lines[1].StartsWith("data: ", StringComparison.Ordinal), $"no event: {part}");
            using JsonDocument data = JsonDocument.Parse(lines[1]["data: ".Length..]);
            string type = data.RootElement.GetProperty("type").GetString()!;
            Require(type == lines[0]["event: ".Length..], $"the name is not the type: {part}");
            Walk(data.RootElement);
            grammar.Take(type, data.RootElement);
        }

        return grammar;
    }

    private void Take(string type, JsonElement data)
    {
        Require(_place != Place.Over, $"{type} after the end");
        switch (type)
        {
            case "ping":
                break;
            case "message_start":
                Require(_place == Place.BeforeStart, "a second message_start");
                CheckStart(data.GetProperty("message"));
                _place = Place.BetweenBlocks;
                break;
            case "content_block_start":
                Require(_place == Place.BetweenBlocks && data.GetProperty("index").GetInt32() == _blocks, "a block out of place");
                StartBlock(data.GetProperty("content_block"));
                break;
            case "content_block_delta":
                Require(_place == Place.InBlock && data.GetProperty("index").GetInt32() == _blocks, "a delta outside its block");
                CheckDelta(data.GetProperty("delta"));
                break;
            case "content_block_stop":
                Require(_place == Place.InBlock && data.GetProperty("index").GetInt32() == _blocks, "a stop outside its block");
                StopBlock();
                break;
            case "message_delta":
                Require(_place == Place.BetweenBlocks, "message_delta inside a block");
                Require(data.GetProperty("delta").GetProperty("stop_reason").GetString() is { Length: > 0 }, "no stop_reason");
                Require(data.GetProperty("delta").TryGetProperty("stop_sequence", out _), "no stop_sequence");
                CheckUsage(data.GetProperty("usage"));
                _place = Place.AfterDelta;
                break;
            case "message_stop":
                Require(_place == Place.AfterDelta, "message_stop without message_delta");
                _place = Place.Over;
                Complete = true;
                break;
            case "error":
                Require(data.GetProperty("error").GetProperty("type").GetString() is { Length: > 0 }, "an error without type");
                Require(data.GetProperty("error").GetProperty("message").GetString() is { Length: > 0 }, "an error without message");
                _place = Place.Over;
                Failed = true;
                break;
            default:
                Require(false, $"unknown event {type}");
                break;
        }
    }

    private static void CheckStart(JsonElement message)
    {
        Require(message.GetProperty("id").GetString()!.StartsWith("msg_", StringComparison.Ordinal), "no id");
        Require(message.GetProperty("type").GetString() == "message" && message.GetProperty("role").GetString() == "assistant", "no message");
        Require(message.GetProperty("model").GetString() is { Length: > 0 }, "no model");
        Require(message.GetProperty("content").GetArrayLength() == 0, "content in message_start");
        Require(message.GetProperty("stop_reason").ValueKind == JsonValueKind.Null && message.GetProperty("stop_sequence").ValueKind == JsonValueKind.Null, "a stop reason in message_start");
        CheckUsage(message.GetProperty("usage"));
    }

    private static void CheckUsage(JsonElement usage)
    {
        foreach (string name in (string[])["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"])
        {
            Require(usage.GetProperty(name).GetInt64() >= 0, $"{name} is negative");
        }
    }

    private void StartBlock(JsonElement block)
    {
        _block = block.GetProperty("type").GetString()!;
        bool legal = _block switch
        {
            "text" => block.GetProperty("text").GetString() == "",
            "thinking" => block.GetProperty("thinking").GetString() == "" && block.GetProperty("signature").GetString() == "",
            "tool_use" => block.GetProperty("id").GetString()!.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
                && block.GetProperty("name").GetString() is { Length: > 0 }
                && block.GetProperty("input").ValueKind == JsonValueKind.Object && !block.GetProperty("input").EnumerateObject().Any(),
            "redacted_thinking" => block.GetProperty("data").GetString() is { Length: > 0 },
            "server_tool_use" => block.GetProperty("input").ValueKind == JsonValueKind.Object,
            "web_search_tool_result" => block.GetProperty("content").ValueKind == JsonValueKind.Array,
            _ => false,
        };
        Require(legal, $"bad block {block.GetRawText()}");
        _place = Place.InBlock;
        _signed = false;
        _input.Clear();
    }

    private void CheckDelta(JsonElement delta)
    {
        string type = delta.GetProperty("type").GetString()!;
        string value = (type, _block) switch
        {
            ("text_delta", "text") => delta.GetProperty("text").GetString()!,
            ("citations_delta", "text") => delta.GetProperty("citation").GetProperty("type").GetString()!,
            ("thinking_delta", "thinking") => delta.GetProperty("thinking").GetString()!,
            ("signature_delta", "thinking") => delta.GetProperty("signature").GetString()!,
            ("input_json_delta", "tool_use") => delta.GetProperty("partial_json").GetString()!,
            _ => throw new InvalidDataException($"{type} in a block of {_block}"),
        };
        Require(value.Length > 0, $"an empty {type}");
        Require(!_signed, "something after the signature");
        _signed = type == "signature_delta";
        _input.Append(type == "input_json_delta" ? value : "");
    }

    private void StopBlock()
    {
        Require(_block != "thinking" || _signed, "thinking without a signature");
        if (_input.Length > 0)
        {
            using JsonDocument input = JsonDocument.Parse(_input.ToString(), new JsonDocumentOptions { MaxDepth = 512 });
            Require(input.RootElement.ValueKind == JsonValueKind.Object, "input that is no object");
        }

        _place = Place.BetweenBlocks;
        _blocks++;
    }

    /// <summary>Every string must be readable: half a surrogate pair is not.</summary>
    private static void Walk(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            _ = value.GetString();
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            value.EnumerateObject().ToList().ForEach(member => Walk(member.Value));
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            value.EnumerateArray().ToList().ForEach(Walk);
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException(problem);
        }
    }
}
