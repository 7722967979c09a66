using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Chat;

/// <summary>Reasoning of the upstream, told when the client wants it or has to keep it for the upstream.</summary>
internal sealed class ReasoningReader(ChatBlocks blocks, AnswerContext context) : IDisposable
{
    private readonly WellFormedText _text = new();
    private readonly bool _isTold = context.ThinkingWanted || context.Profile.ReplayReasoning.When == ReplayWhen.ToolTurns;

    /// <summary>Servers say the same reasoning in a field and in details, together or one behind the other: the first that speaks is told.</summary>
    private bool _fromField;
    private bool _fromDetails;

    /// <summary>The upstream said some, wanted or not.</summary>
    public bool Heard { get; private set; }

    /// <summary>Reasoning in a field of its own.</summary>
    public void AddField(ReadOnlySpan<byte> escaped)
    {
        if (!_fromDetails)
        {
            _fromField |= !escaped.IsEmpty;
            Add(escaped);
        }
    }

    public void Add(ReadOnlySpan<byte> escaped)
    {
        Heard |= !escaped.IsEmpty;
        if (!escaped.IsEmpty && _isTold)
        {
            Say(_text.Next(escaped));
        }
    }

    /// <summary>Something else follows: half a character waits no longer for its other half.</summary>
    public void Flush() => Say(_text.Flush());

    /// <summary>OpenRouter's form: an array of texts, summaries and encrypted parts. True when text of it was told.</summary>
    public bool AddDetails(ReadOnlySpan<byte> array, bool arePieces)
    {
        if (array.IsEmpty || !_isTold)
        {
            return false;
        }

        bool any = false;
        JsonItems details = new(array);
        while (details.MoveNext())
        {
            ReadOnlySpan<byte> detail = details.Value;
            bool encrypted = !JsonFields.FindByName(detail, "data"u8).IsEmpty;
            if (encrypted || context.Profile.ReplayReasoning.Field == "reasoning_details")
            {
                blocks.Sink.Keep(blocks.Of(BlockKind.Thinking), new ReasoningState(ReasoningStateKind.ReasoningDetail, detail) { IsPiece = arePieces });
            }

            ReadOnlySpan<byte> text = JsonRaw.Text(JsonFields.FindByName(detail, "text"u8));
            text = text.IsEmpty ? JsonRaw.Text(JsonFields.FindByName(detail, "summary"u8)) : text;
            if (!_fromField)
            {
                any |= !text.IsEmpty;
                Add(text);
            }
        }

        _fromDetails |= any;

        return any;
    }

    /// <summary>What Gemini wants back with the call that opens next.</summary>
    public void AddCallData(JsonText callId, ReadOnlySpan<byte> json)
    {
        if (_isTold)
        {
            int block = blocks.Of(BlockKind.Thinking);
            blocks.Sink.Keep(block, new ReasoningState(ReasoningStateKind.CallData, json) { Call = blocks.Next, CallId = callId });
        }
    }

    public void Dispose() => _text.Dispose();

    private void Say(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            blocks.Say(BlockKind.Thinking, escaped);
        }
    }
}
