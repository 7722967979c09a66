using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.Responses;

/// <summary>
/// A thought. What the upstream wants back of it goes into <c>encrypted_content</c>, as it goes into a signature for
/// clients of Messages; a thought that only Claude can read is nothing but that.
/// </summary>
internal sealed class ReasoningItem(ResponsesOutput output, AnswerContext context, ReasoningDetails details) : ResponsesBlock
{
    private readonly PooledBuffer _text = new(256);
    private readonly PooledBuffer _callData = new(16);
    private readonly List<DetailEntry> _entries = [];
    private ItemPlace? _place;
    private string? _signature;
    private string? _redacted;
    private JsonElement _item;

    /// <summary>Members of events: there is one part of a summary.</summary>
    private static ReadOnlySpan<byte> Where => ",\"summary_index\":0"u8;

    private bool HasState => _signature is not null || _redacted is not null || _item.IsObject() || _entries.Count > 0 || _callData.Length > 0;

    private bool IsTold => !context.ThinkingOmitted;

    public override void Append(JsonText piece)
    {
        bool first = _text.Length == 0;
        piece.AppendEscaped(_text);
        if (_text.Length == 0)
        {
            return;
        }

        Show();
        if (IsTold)
        {
            if (first)
            {
                output.TellPart(_place!, ResponsesEvents.SummaryPartAdded, Where, Part([]));
            }

            output.Tell(_place!, ResponsesEvents.SummaryDelta, Where, "delta"u8, piece);
        }
    }

    public override void Keep(in ReasoningState state)
    {
        switch (state.Kind)
        {
            case ReasoningStateKind.ClaudeSignature when state.Data.IsEmpty:
                // A block begins with it, and Claude takes no thought back that got no other.
                break;
            case ReasoningStateKind.ClaudeSignature:
                _signature = JsonUnescape.ToText(state.Data);
                break;
            case ReasoningStateKind.RedactedThought:
                _redacted = JsonUnescape.ToText(state.Data);
                break;
            case ReasoningStateKind.ReasoningDetail:
                details.Add(state.Data, state.IsPiece, _entries);
                break;
            case ReasoningStateKind.ResponsesItem:
                _item = JsonElement.Parse(state.Data, JsonFormat.PartOptions);
                break;
        }
    }

    /// <summary>Keeps vendor data of a tool call for the next turn.</summary>
    public void KeepCallData(string callId, ReadOnlySpan<byte> json)
    {
        _callData.Append(_callData.Length > 0 ? ",\""u8 : "\""u8);
        _callData.AppendEscaped(callId);
        _callData.Append("\":"u8);
        _callData.Append(json);
    }

    public override void Close()
    {
        if (_place is null && !(HasState && context.Wish.StateWanted))
        {
            return;
        }

        Show();
        bool hasSummary = IsTold && _text.Length > 0;
        byte[] part = Part(_text.Span);
        if (hasSummary)
        {
            output.Tell(_place!, ResponsesEvents.SummaryDone, Where, "text"u8, JsonText.Escaped(_text.Span));
            output.TellPart(_place!, ResponsesEvents.SummaryPartDone, Where, part);
        }

        string? state = context.Wish.StateWanted ? State() : null;
        output.Finish(_place!,
        [
            .. "\"type\":\"reasoning\",\"summary\":["u8, .. hasSummary ? part : [], .. "]"u8,
            .. state is null ? [] : Encoding.ASCII.GetBytes($",\"encrypted_content\":\"{state}\""),
            .. ",\"status\":\"completed\""u8,
        ]);
    }

    public override void Dispose()
    {
        _text.Dispose();
        _callData.Dispose();
    }

    private void Show() => _place ??= output.Add("rs_", "\"type\":\"reasoning\",\"summary\":[],\"status\":\"in_progress\""u8);

    private static byte[] Part(ReadOnlySpan<byte> text) => [.. "{\"type\":\"summary_text\",\"text\":\""u8, .. text, .. "\"}"u8];

    /// <summary>Null when nothing has to come back: Claude reads no thought without its signature.</summary>
    private string? State()
    {
        if (!HasState && context.SignatureOrigin.Length == 0)
        {
            return null;
        }

        using PooledBuffer plain = new(_text.Length + 1);
        JsonUnescape.Append(_text.Span, plain);
        return new ThinkingSignature(context.SignatureOrigin, ThinkingSignature.Hash(plain.Span))
        {
            Text = context.ThinkingOmitted && plain.Length > 0 ? Encoding.UTF8.GetString(plain.Span) : null,
            Claude = _signature,
            Redacted = _redacted,
            Entries = _entries,
            Item = _item,
            Extra = _callData.Length == 0 ? default : JsonElement.Parse([(byte)'{', .. _callData.Span, (byte)'}'], JsonFormat.PartOptions),
        }.Encode();
    }
}
