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
    private bool _lostPart;

    private ChatTurns(TranslationReport report, int messages) => (_report, Turns) = (report, new List<Turn>(messages));

    public List<MessageBlock> System { get; } = [];

    public List<Turn> Turns { get; }

    /// <summary>Messages has no block for some part.</summary>
    public bool LostPart => _lostPart;

    public static GatewayError? TryRead(JsonElement messages, TranslationReport report, out ChatTurns turns)
    {
        turns = new ChatTurns(report, messages.GetArrayLength());
        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (turns.Add(message, $"messages.{index++}.content") is { } error)
            {
                return error;
            }
        }

        turns.CloseCalls();
        turns.ReleaseSystem();
        return null;
    }

    private GatewayError? Add(JsonElement message, string path)
    {
        JsonElement role = message.Member("role"u8);
        List<MessageBlock> blocks = [];
        if (role.Is("assistant"u8))
        {
            CloseCalls();
            ReleaseSystem();
            bool otherReasoning = AssistantBlocks.Add(message, blocks, _ids, _report, ref _lostPart);
            Turns.Add(new Turn(TurnRole.Assistant, WithCacheControl(blocks, message)) { HadOtherReasoning = otherReasoning });
            return null;
        }

        if (UserParts.Add(message.Member("content"u8), path, blocks, ref _lostPart) is { } error)
        {
            return error;
        }

        if (role.Is("tool"u8) || role.Is("function"u8))
        {
            AddResult(message, blocks);
        }
        else if (role.Is("user"u8))
        {
            CloseCalls();
            ReleaseSystem();
            AddTurn(TurnRole.User, WithCacheControl(blocks, message));
        }
        else
        {
            blocks.RemoveAll(block => block is not MessageBlock.Text);
            AddSystem(WithCacheControl(blocks, message));
        }

        return null;
    }

    private void AddResult(JsonElement message, List<MessageBlock> blocks)
    {
        string original = message.Member("tool_call_id"u8).Text();
        string name = message.Member("name"u8).Text();
        string? id = _ids.Answer(original, name);
        if (id is not null)
        {
            AddResult(new MessageBlock.ToolResult(id, blocks) { CacheControl = message.Member("cache_control"u8) });
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
