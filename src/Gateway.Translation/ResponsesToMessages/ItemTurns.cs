using System.Text.Json;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>
/// Says the items of a request as turns: what the model said up to somebody else's word is one turn, and the results of its
/// calls stand directly behind it, wherever the client has put them. Every call gets one.
/// </summary>
internal sealed class ItemTurns
{
    private readonly ResponsesTools _tools;
    private readonly TranslationReport _report;
    private readonly ToolIds _ids = new();

    /// <summary>Results that no call has taken yet, by the id of the call, in order.</summary>
    private readonly Dictionary<string, List<(JsonElement Item, string Path)>> _results = [];

    /// <summary>How many calls of an id are still to be read.</summary>
    private readonly Dictionary<string, int> _callsToCome = [];

    /// <summary>What the model says just now, and its calls by the client's ids.</summary>
    private readonly List<MessageBlock> _said = [];
    private readonly List<(string CallId, string Id)> _calls = [];

    private ItemTurns(ResponsesTools tools, TranslationReport report) => (_tools, _report) = (tools, report);

    public List<MessageBlock> System { get; } = [];

    public List<Turn> Turns { get; } = [];

    public static GatewayError? TryRead(JsonElement body, ResponsesTools tools, TranslationReport report, out ItemTurns turns)
    {
        turns = new ItemTurns(tools, report);
        GatewayError? error = turns.AddSystem(body.Member("instructions"u8), "instructions");
        JsonElement input = body.Member("input"u8);
        if (input.IsText())
        {
            if (!input.IsBlank())
            {
                turns.Turns.Add(new Turn(TurnRole.User, [new MessageBlock.Text(input, WasString: true)]));
            }

            return error;
        }

        turns.Index(input);
        int index = 0;
        foreach (JsonElement item in input.Items())
        {
            error ??= turns.Add(item, $"input.{index++}");
        }

        return error ?? turns.EndTurn();
    }

    private void Index(JsonElement input)
    {
        int index = 0;
        foreach (JsonElement item in input.Items())
        {
            string path = $"input.{index++}";
            string type = item.Member("type"u8).Text();
            if (IsResult(type))
            {
                string id = item.Member("call_id"u8).Text();
                if (!_results.TryGetValue(id, out List<(JsonElement, string)>? results))
                {
                    _results[id] = results = new List<(JsonElement, string)>(1);
                }

                results.Add((item, path));
            }
            else if (type is "function_call" or "custom_tool_call")
            {
                _callsToCome[CallId(item)] = _callsToCome.GetValueOrDefault(CallId(item)) + 1;
            }
        }
    }

    private static string CallId(JsonElement call) => call.Member("call_id"u8).Text() is { Length: > 0 } id ? id : call.Member("id"u8).Text();

    private static bool IsResult(string type) => type is "function_call_output" or "custom_tool_call_output";

    private GatewayError? Add(JsonElement item, string path)
    {
        string type = item.Member("type"u8).Text();
        switch (type)
        {
            case "" or "message":
                return AddMessage(item, path);
            case "function_call":
                return AddCall(item, ToolInput.ToObject(item.Member("arguments"u8), _report), path);
            case "custom_tool_call":
                return AddCall(item, ToolInput.Wrap("input", item.Member("input"u8).Text()), path);
            case "reasoning":
                if (ReasoningEnvelope.Read(item) is { } thought)
                {
                    _said.Add(thought);
                }
                else
                {
                    _report.Dropped("reasoning");
                }

                return null;
            case "additional_tools":
                return null;
            case "compaction" or "compaction_summary":
                return AddCompaction(item);
            case var result when IsResult(result):
                return EndTurn() ?? AddOrphan(item.Member("call_id"u8).Text(), path);
            default:
                return AddOther(item, type);
        }
    }

    private GatewayError? AddMessage(JsonElement item, string path)
    {
        JsonElement role = item.Member("role"u8);
        JsonElement content = item.Member("content"u8);
        path += ".content";
        if (role.Is("system"u8) || role.Is("developer"u8))
        {
            return EndTurn() ?? AddSystem(content, path);
        }

        if (role.Is("assistant"u8))
        {
            return Named(ChatContent.Read(content, path, _said, (_, type, at) => ChatContent.Refuse(at, type, "an assistant message holds output_text and refusal parts")));
        }

        GatewayError? error = EndTurn();
        List<MessageBlock> blocks = [];
        error ??= Named(ChatContent.Read(content, path, blocks, (part, type, at) => MediaParts.Read(part, type, at, blocks)));
        Turns.Add(new Turn(TurnRole.User, blocks));
        return error;
    }

    private GatewayError? AddSystem(JsonElement content, string path)
    {
        List<MessageBlock> blocks = [];
        GatewayError? error = Named(ChatContent.Read(content, path, blocks, (_, type, at) => ChatContent.Refuse(at, type, "a system message holds text only; put it into a user message")));
        if (Turns.Count == 0)
        {
            System.AddRange(blocks);
        }
        else if (blocks.Count > 0)
        {
            Turns.Add(new Turn(TurnRole.System, blocks));
        }

        return error;
    }

    private GatewayError? AddCall(JsonElement item, byte[] input, string path)
    {
        string name = item.Member("name"u8).Text();
        if (name.Length == 0)
        {
            return ResponsesRequestCheck.Wrong($"{path}.name", "Field required");
        }

        string callId = CallId(item);
        _callsToCome[callId]--;
        string id = _ids.Open(callId, name);
        _calls.Add((callId, id));
        _said.Add(new MessageBlock.ToolUse(id, _tools.FlatName(item.Member("namespace"u8).Text(), name), input));
        return null;
    }

    /// <summary>What was said before, in a form that only its maker reads: the gateway reads its own.</summary>
    private GatewayError? AddCompaction(JsonElement item)
    {
        if (ThinkingSignature.TryDecode(item.Text("encrypted_content"u8))?.Text is not { Length: > 0 } text)
        {
            _report.Dropped("input_compaction");
            return null;
        }

        GatewayError? error = EndTurn();
        Turns.Add(new Turn(TurnRole.User, [new MessageBlock.Note(text)]));
        _report.Changed("input_compaction");
        return error;
    }

    /// <summary>What other tools of OpenAI's did: a model is told what can be told in words.</summary>
    private GatewayError? AddOther(JsonElement item, string type)
    {
        bool isOutput = type.EndsWith("_output", StringComparison.Ordinal);
        JsonElement words = isOutput ? item.Member("output"u8) : item.Member("action"u8);
        words = words.Exists() || isOutput ? words : item.Member("operation"u8);
        if (!words.Exists() || type.StartsWith("web_search", StringComparison.Ordinal) || type.StartsWith("computer", StringComparison.Ordinal))
        {
            _report.Dropped($"input_{ResponsesTools.Plain(type)}");
            return null;
        }

        MessageBlock.Note note = new($"[{ResponsesTools.Plain(type)}]\n{(words.IsText() ? words.Text() : words.RawString())}");
        _report.Changed($"input_{ResponsesTools.Plain(type)}");
        if (!isOutput)
        {
            _said.Add(note);
            return null;
        }

        GatewayError? error = EndTurn();
        Turns.Add(new Turn(TurnRole.User, [note]));
        return error;
    }

    /// <summary>A result of no known call would be refused; as text the model still learns it.</summary>
    private GatewayError? AddOrphan(string callId, string path)
    {
        List<(JsonElement Item, string Path)> results = _results[callId];
        int at = results.FindIndex(each => each.Path == path);
        if (at < _callsToCome.GetValueOrDefault(callId))
        {
            // Its call has taken it, or will.
            return null;
        }

        (JsonElement Item, string Path) result = results[at];
        results.RemoveAt(at);
        List<MessageBlock> blocks = [];
        GatewayError? error = ReadResult(result, blocks);
        string text = string.Join('\n', blocks.OfType<MessageBlock.Text>().Select(block => block.Value.Text()));
        Turns.Add(new Turn(TurnRole.User, [new MessageBlock.Note(InsertedText.OrphanResult(callId, text)), .. blocks.Where(block => block is not MessageBlock.Text)]));
        _report.Repaired("tool_result_orphan");
        return error;
    }

    /// <summary>The model has said what it says; now come the results of its calls.</summary>
    private GatewayError? EndTurn()
    {
        if (_said.Count == 0)
        {
            return null;
        }

        GatewayError? error = null;
        if (_said.TrueForAll(block => block is MessageBlock.Thinking or MessageBlock.RedactedThinking))
        {
            // What it thought toward was cut away, and alone no model takes it.
            _report.Dropped("reasoning");
        }
        else
        {
            Turns.Add(new Turn(TurnRole.Assistant, [.. _said]));
            error = AddResults();
        }

        _said.Clear();
        _calls.Clear();
        _ids.Abandon();
        return error;
    }

    private GatewayError? AddResults()
    {
        if (_calls.Count == 0)
        {
            return null;
        }

        GatewayError? error = null;
        Turn results = new(TurnRole.User, []);
        foreach ((string callId, string id) in _calls)
        {
            List<MessageBlock> blocks = [];
            if (_results.TryGetValue(callId, out List<(JsonElement Item, string Path)>? queue) && queue is [var result, ..])
            {
                queue.RemoveAt(0);
                error ??= ReadResult(result, blocks);
            }
            else
            {
                blocks.Add(new MessageBlock.Note(InsertedText.NoResult));
                _report.Repaired("tool_result_missing");
            }

            results.AddResult(new MessageBlock.ToolResult(id, blocks));
        }

        Turns.Add(results);
        return error;
    }

    private static GatewayError? ReadResult((JsonElement Item, string Path) result, List<MessageBlock> blocks) =>
        Named(ChatContent.Read(result.Item.Member("output"u8), result.Path + ".output", blocks, (part, type, at) => MediaParts.Read(part, type, at, blocks)));

    /// <summary>The error with the field that it begins with.</summary>
    private static GatewayError? Named(GatewayError? error) => error is null ? null : error with { Param = error.Message.Split(':')[0] };
}
