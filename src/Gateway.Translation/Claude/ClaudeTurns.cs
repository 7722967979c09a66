using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.Claude;

/// <summary>
/// Arranges turns as Claude takes them: system messages where the model allows them, no reasoning but its own,
/// neighbours of one role merged, a user first.
/// </summary>
internal sealed class ClaudeTurns
{
    private readonly List<Turn> _heldSystem = [];
    private readonly List<MessageBlock> _system;
    private readonly List<Turn> _turns;
    private readonly TranslationReport _report;
    private readonly SystemPlacement _placement;

    private ClaudeTurns(HubRequest request, SystemPlacement placement, TranslationReport report)
    {
        (_placement, _report) = (placement, report);
        (_system, _turns) = ([.. request.System], new List<Turn>(request.Turns.Count + 1));
    }

    /// <summary>Returns what goes into <c>system</c> and into <c>messages</c>, or why there is nothing to say.</summary>
    public static GatewayError? TryArrange(HubRequest request, SystemPlacement placement, TranslationReport report, out List<MessageBlock> system, out List<Turn> turns)
    {
        ClaudeTurns arranged = new(request, placement, report);
        (system, turns) = (arranged._system, arranged._turns);
        foreach (Turn turn in request.Turns)
        {
            arranged.Add(turn);
        }

        arranged.ReleaseSystem();
        if (turns.Count == 0)
        {
            return GatewayError.InvalidRequest("messages: at least one message with content is required besides system messages");
        }

        if (turns[0].Role == TurnRole.Assistant)
        {
            turns.Insert(0, new Turn(TurnRole.User, [new MessageBlock.Note(InsertedText.Continue)]));
            report.Repaired("first_message_role");
        }

        return null;
    }

    private void Add(Turn turn)
    {
        switch (turn.Role)
        {
            case TurnRole.Assistant:
                ReleaseSystem();
                DropForeignReasoning(turn);
                Append(turn);
                break;
            case TurnRole.System when _turns.Count == 0:
                _system.AddRange(turn.Blocks);
                break;
            case TurnRole.System when _placement == SystemPlacement.AfterUser:
                _heldSystem.Add(turn);
                break;
            case TurnRole.System:
                PlaceSystem(turn);
                break;
            default:
                Append(turn);
                break;
        }
    }

    private void PlaceSystem(Turn turn)
    {
        if (_placement == SystemPlacement.InPlace || (_placement == SystemPlacement.AfterUser && _turns[^1].Role != TurnRole.Assistant))
        {
            Append(turn);
            return;
        }

        foreach (MessageBlock.Text text in turn.Blocks.Cast<MessageBlock.Text>())
        {
            Append(new Turn(TurnRole.User, [new MessageBlock.Note(InsertedText.SystemReminder(text.Value.Text())) { CacheControl = text.CacheControl }]));
        }

        _report.Changed("system_message");
    }

    private void ReleaseSystem()
    {
        foreach (Turn turn in _heldSystem)
        {
            PlaceSystem(turn);
        }

        _heldSystem.Clear();
    }

    /// <summary>
    /// Only thinking with Claude's own signature may go back: not what has none, and not what carries a mark of this
    /// gateway, which another model thought.
    /// </summary>
    private void DropForeignReasoning(Turn turn)
    {
        bool unsigned = turn.Blocks.RemoveAll(block => block is MessageBlock.Thinking { Signature.ValueKind: JsonValueKind.Undefined }) > 0;
        bool marked = turn.Blocks.RemoveAll(block => block is MessageBlock.Thinking thinking ? IsMarked(thinking.Signature) : block is MessageBlock.RedactedThinking redacted && IsMarked(redacted.Data)) > 0;
        bool none = turn.Blocks is not [MessageBlock.Thinking or MessageBlock.RedactedThinking, ..];
        if (unsigned || marked || (none && turn.HadOtherReasoning))
        {
            _report.Dropped("reasoning");
        }
    }

    private static bool IsMarked(JsonElement mark) => JsonFormat.RawText(mark).StartsWith("gwy1."u8);

    private void Append(Turn turn)
    {
        if (turn.IsEmpty)
        {
            return;
        }

        if (_turns.Count > 0 && _turns[^1].Role == turn.Role)
        {
            _turns[^1].Append(turn);
        }
        else
        {
            _turns.Add(turn);
        }
    }
}
