using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Arranges Chat messages as Anthropic turns: leading system messages apart, a run of results with the user's next words
/// in one user turn, neighbours of one role merged, every call answered, a user first.
/// </summary>
internal sealed class MessagesTurnOrder
{
    private readonly List<List<MessageBlock>> _heldSystem = [];
    private readonly ToolIds _ids = new();
    private readonly TranslationReport _report;
    private readonly SystemPlacement _placement;

    private MessagesTurnOrder(SystemPlacement placement, TranslationReport report) => (_placement, _report) = (placement, report);

    public List<MessageBlock> System { get; } = [];

    public List<Turn> Turns { get; } = [];

    public static GatewayError? TryArrange(JsonElement messages, SystemPlacement placement, TranslationReport report, out MessagesTurnOrder order)
    {
        order = new MessagesTurnOrder(placement, report);
        int index = 0;
        foreach (JsonElement message in messages.EnumerateArray())
        {
            if (order.Add(message, $"messages.{index++}.content") is { } error)
            {
                return error;
            }
        }

        order.CloseCalls();
        order.ReleaseSystem();
        if (order.Turns.Count == 0)
        {
            return GatewayError.InvalidRequest("messages: at least one message with content is required besides system messages");
        }

        if (order.Turns[0].Role == TurnRole.Assistant)
        {
            Turn opening = new(TurnRole.User);
            opening.Blocks.Add(new MessageBlock.Note(InsertedText.Continue));
            order.Turns.Insert(0, opening);
            report.Repaired("first_message_role");
        }

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
            AssistantBlocks.Add(message, blocks, _ids, _report);
            AddTo(TurnRole.Assistant, WithCacheControl(blocks, message));
            return null;
        }

        if (UserParts.Add(message.Member("content"u8), path, blocks, _report) is { } error)
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
            ReleaseBeforeUser();
            AddTo(TurnRole.User, WithCacheControl(blocks, message));
        }
        else
        {
            AddSystem(WithCacheControl([.. blocks.Where(block => block is MessageBlock.Text)], message));
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
            MessageBlock.ToolResult result = new(id, blocks) { CacheControl = message.Member("cache_control"u8) };
            Last(TurnRole.User).Results.Add(result);
        }
        else if (blocks.Count > 0)
        {
            // A result of no known call would be refused; as text the model still learns it.
            string text = string.Join('\n', blocks.OfType<MessageBlock.Text>().Select(block => block.Value.Text()));
            AddTo(TurnRole.User, [new MessageBlock.Note(InsertedText.OrphanResult(original.Length > 0 ? original : name, text)), .. blocks.Where(block => block is not MessageBlock.Text)]);
            _report.Repaired("tool_result_orphan");
        }

        if (!_ids.AnyOpen)
        {
            ReleaseBeforeUser();
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
        else if (_ids.AnyOpen || _placement == SystemPlacement.AfterUser)
        {
            // Nothing may come between calls and their results.
            _heldSystem.Add(blocks);
        }
        else
        {
            PlaceSystem(blocks);
        }
    }

    private void PlaceSystem(List<MessageBlock> blocks)
    {
        if (_placement == SystemPlacement.InPlace || (_placement == SystemPlacement.AfterUser && Turns[^1].Role != TurnRole.Assistant))
        {
            AddTo(TurnRole.System, blocks);
            return;
        }

        foreach (MessageBlock.Text text in blocks.Cast<MessageBlock.Text>())
        {
            AddTo(TurnRole.User, [new MessageBlock.Note(InsertedText.SystemReminder(text.Value.Text())) { CacheControl = text.CacheControl }]);
        }

        _report.Changed("system_message");
    }

    private void CloseCalls()
    {
        foreach (string id in _ids.Abandon())
        {
            Last(TurnRole.User).Results.Add(new MessageBlock.ToolResult(id, [new MessageBlock.Note(InsertedText.NoResult)]));
            _report.Repaired("tool_result_missing");
        }
    }

    private void ReleaseBeforeUser()
    {
        if (_placement != SystemPlacement.AfterUser)
        {
            ReleaseSystem();
        }
    }

    private void ReleaseSystem()
    {
        foreach (List<MessageBlock> blocks in _heldSystem)
        {
            PlaceSystem(blocks);
        }

        _heldSystem.Clear();
    }

    private void AddTo(TurnRole role, List<MessageBlock> blocks)
    {
        if (blocks.Count > 0)
        {
            Last(role).Blocks.AddRange(blocks);
        }
    }

    private Turn Last(TurnRole role)
    {
        if (Turns.Count == 0 || Turns[^1].Role != role)
        {
            Turns.Add(new Turn(role));
        }

        return Turns[^1];
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
