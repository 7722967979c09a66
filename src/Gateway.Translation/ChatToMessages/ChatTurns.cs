using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Says Chat messages as turns: leading system messages apart, results as a turn of the user directly behind their
/// calls, every call answered. Nothing else is moved or merged.
/// </summary>
internal sealed class ChatTurns
{
    private readonly List<Turn> _heldSystem = [];
    private readonly ToolIds _ids = new();
    private readonly TranslationReport _report;

    private ChatTurns(TranslationReport report, int messages) => (_report, Turns) = (report, new List<Turn>(messages));

    public List<MessageBlock> System { get; } = [];

    public List<Turn> Turns { get; }

    public static GatewayError? TryRead(JsonElement body, TranslationReport report, out ChatTurns turns)
    {
        JsonElement messages = body.Member("messages"u8);
        turns = new ChatTurns(report, messages.GetArrayLength());

        // What Messages and Responses call the system prompt: some clients put it into Chat bodies.
        GatewayError? error = turns.AddSystem(body.Member("system"u8), "system") ?? turns.AddSystem(body.Member("instructions"u8), "instructions");
        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            error ??= turns.Add(message, $"messages.{index++}");
        }

        turns.CloseCalls();
        turns.ReleaseSystem();
        return error;
    }

    private GatewayError? Add(JsonElement message, string path)
    {
        JsonElement role = message.Member("role"u8);
        bool isTool = role.Is("tool"u8) || role.Is("function"u8);
        if (!isTool && message.Member("name"u8).IsText())
        {
            _report.Dropped("name");
        }

        if (!role.Is("assistant"u8) && message.Member("tool_calls"u8).Exists())
        {
            return GatewayError.InvalidRequest($"{path}.tool_calls: belongs into an assistant message");
        }

        return role.Is("assistant"u8) ? AddAssistant(message, path)
            : isTool ? AddTool(message, path)
            : role.Is("user"u8) ? AddUser(message, path)
            : AddSystem(message.Member("content"u8), path + ".content", message);
    }

    private GatewayError? AddAssistant(JsonElement message, string path)
    {
        CloseCalls();
        ReleaseSystem();
        AssistantBlocks assistant = new(message, path, _ids, _report);
        GatewayError? error = assistant.Read();
        Turns.Add(new Turn(TurnRole.Assistant, WithCacheControl(assistant.Blocks, message)) { HadOtherReasoning = assistant.HadOtherReasoning });
        return error;
    }

    private GatewayError? AddUser(JsonElement message, string path)
    {
        List<MessageBlock> blocks = [];
        int results = 0;
        GatewayError? error = ChatContent.Read(message.Member("content"u8), path + ".content", blocks, (part, type, at) =>
        {
            results += type == "tool_result" ? 1 : 0;
            return type == "tool_result" ? AddResultBlock(part, "", at) : MediaParts.Read(part, type, at, blocks);
        });

        // Results may be spread over several messages.
        if (blocks.Count > 0 || results == 0)
        {
            CloseCalls();
            ReleaseSystem();
            AddTurn(TurnRole.User, WithCacheControl(blocks, message));
        }

        return error;
    }

    private GatewayError? AddTool(JsonElement message, string path)
    {
        string original = message.Member("tool_call_id"u8).Text();
        JsonElement name = message.Member("name"u8);
        name = name.Exists() ? name : message.Member("tool_name"u8);
        List<MessageBlock> blocks = [];
        int results = 0;
        GatewayError? error = ChatContent.Read(message.Member("content"u8), path + ".content", blocks, (part, type, at) =>
        {
            results += type == "tool_result" ? 1 : 0;
            return type == "tool_result" ? AddResultBlock(part, original, at) : MediaParts.Read(part, type, at, blocks);
        });

        // Some clients wrap a result in the block of Messages, too.
        if (blocks.Count > 0 || results == 0)
        {
            AddResult(original, name.Text(), blocks, message);
        }

        return error;
    }

    /// <summary>A result as a block of Messages.</summary>
    private GatewayError? AddResultBlock(JsonElement block, string outerId, string path)
    {
        JsonElement id = block.Member("tool_use_id"u8);
        if (!id.IsText() && outerId.Length == 0)
        {
            return GatewayError.InvalidRequest($"{path}.tool_use_id: Field required");
        }

        List<MessageBlock> blocks = [];
        GatewayError? error = ChatContent.Read(block.Member("content"u8), path + ".content", blocks, (part, type, at) => MediaParts.Read(part, type, at, blocks));
        AddResult(id.IsText() ? id.Text() : outerId, "", blocks, block);
        return error;
    }

    private void AddResult(string original, string name, List<MessageBlock> blocks, JsonElement holder)
    {
        string? id = _ids.Answer(original, name);
        if (id is not null)
        {
            bool isError = holder.Member("is_error"u8).IsTrue();
            if (isError && blocks.Count == 0)
            {
                // An error without a word is refused.
                blocks.Add(new MessageBlock.Note(InsertedText.NoResult));
            }

            AddResult(new MessageBlock.ToolResult(id, blocks) { CacheControl = holder.Member("cache_control"u8), IsError = isError });
        }
        else if (blocks.Count > 0)
        {
            // A result of no known call would be refused; as text the model still learns it.
            string text = string.Join('\n', blocks.OfType<MessageBlock.Text>().Select(block => block.Value.Text()));
            AddTurn(TurnRole.User, [new MessageBlock.Note(InsertedText.OrphanResult(original.Length > 0 ? original : name, text)), .. blocks.Where(block => block is not MessageBlock.Text)]);
            _report.Repaired("tool_result_orphan");
        }

        if (!_ids.AnyOpen)
        {
            ReleaseSystem();
        }
    }

    private GatewayError? AddSystem(JsonElement content, string path, JsonElement message = default)
    {
        List<MessageBlock> blocks = [];
        GatewayError? error = ChatContent.Read(content, path, blocks, (_, type, at) => ChatContent.Refuse(at, type, "a system message holds text only; put it into a user message"));
        AddSystem(WithCacheControl(blocks, message));
        return error;
    }

    private void AddSystem(List<MessageBlock> blocks)
    {
        if (blocks.Count == 0)
        {
            return;
        }

        if (Turns.Count == 0)
        {
            System.AddRange(blocks);
        }
        else if (_ids.AnyOpen)
        {
            // Nothing may come between calls and their results.
            _heldSystem.Add(new Turn(TurnRole.System, blocks));
        }
        else
        {
            Turns.Add(new Turn(TurnRole.System, blocks));
        }
    }

    private void CloseCalls()
    {
        foreach (string id in _ids.Abandon())
        {
            AddResult(new MessageBlock.ToolResult(id, [new MessageBlock.Note(InsertedText.NoResult)]));
            _report.Repaired("tool_result_missing");
        }
    }

    private void ReleaseSystem()
    {
        Turns.AddRange(_heldSystem);
        _heldSystem.Clear();
    }

    private void AddTurn(TurnRole role, List<MessageBlock> blocks)
    {
        if (blocks.Count > 0)
        {
            Turns.Add(new Turn(role, blocks));
        }
    }

    /// <summary>While calls are open, the last turn is theirs, or one of the user's with what came back so far.</summary>
    private void AddResult(MessageBlock.ToolResult result)
    {
        if (Turns[^1].Role != TurnRole.User)
        {
            Turns.Add(new Turn(TurnRole.User, []));
        }

        Turns[^1].AddResult(result);
    }

    private static List<MessageBlock> WithCacheControl(List<MessageBlock> blocks, JsonElement message)
    {
        JsonElement cacheControl = message.Member("cache_control"u8);
        if (cacheControl.IsObject() && blocks is [.., { MayHaveCacheControl: true } last])
        {
            last.CacheControl = cacheControl;
        }

        return blocks;
    }
}
