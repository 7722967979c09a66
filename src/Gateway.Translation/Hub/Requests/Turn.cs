using System.Text.Json;

namespace Gateway.Translation.Hub.Requests;

internal enum TurnRole
{
    User,
    Assistant,
    System,
}

/// <summary>One entry of the Messages body's <c>messages</c>.</summary>
internal sealed class Turn(TurnRole role, List<MessageBlock> blocks)
{
    private List<MessageBlock>? _results;

    public TurnRole Role => role;

    public List<MessageBlock> Blocks => blocks;

    /// <summary>Its client sent reasoning that no block could hold: another maker's, or a copy of what a block holds.</summary>
    public bool HadOtherReasoning { get; init; }

    /// <summary>All that it says, in the order in which it is written.</summary>
    public IEnumerable<MessageBlock> All => _results is null ? blocks : [.. _results, .. blocks];

    public bool IsEmpty => _results is null && blocks.Count == 0;

    /// <summary>Adds the result of a call. Results must lead their turn, whatever came first.</summary>
    public void AddResult(MessageBlock.ToolResult result) => (_results ??= []).Add(result);

    /// <summary>Goes on with what the next turn of the same role says.</summary>
    public void Append(Turn next)
    {
        if (next._results is { } results)
        {
            (_results ??= []).AddRange(results);
        }

        blocks.AddRange(next.Blocks);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role switch
        {
            TurnRole.User => "user"u8,
            TurnRole.Assistant => "assistant"u8,
            _ => "system"u8,
        });
        json.WritePropertyName("content"u8);
        MessageBlock.WriteContent(json, _results is null ? blocks : blocks.Count == 0 ? _results : [.. _results, .. blocks]);
        json.WriteEndObject();
    }
}
