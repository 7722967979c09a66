using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>Reasoning of the upstream as thinking blocks, when the client wants it or has to keep it for the upstream.</summary>
internal sealed class ReasoningReader(BlockQueue queue, AnswerContext context) : IDisposable
{
    private readonly WellFormedText _text = new();

    private bool Shown => context.ThinkingWanted || context.Profile.ReplayReasoning.When == ReplayWhen.ToolTurns;

    public void Add(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty && Shown)
        {
            AddWhole(_text.Next(escaped));
        }
    }

    /// <summary>Something else follows: half a character waits no longer for its other half.</summary>
    public void Flush() => AddWhole(_text.Flush());

    public void Dispose() => _text.Dispose();

    /// <summary>OpenRouter's form: an array of texts, summaries and encrypted parts. True when it held any text.</summary>
    public bool AddDetails(ReadOnlySpan<byte> array)
    {
        if (array.IsEmpty || !Shown)
        {
            return false;
        }

        bool any = false;
        Utf8JsonReader reader = new(array, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            ReadOnlySpan<byte> detail = array[start..(int)reader.BytesConsumed];
            bool encrypted = !ChatChunk.Find(detail, "data"u8).IsEmpty;
            if (encrypted || context.Profile.ReplayReasoning.Field == "reasoning_details")
            {
                Block().AddDetails(detail);
            }

            ReadOnlySpan<byte> text = ChatChoice.Inner(ChatChunk.Find(detail, "text"u8));
            text = text.IsEmpty ? ChatChoice.Inner(ChatChunk.Find(detail, "summary"u8)) : text;
            any |= !text.IsEmpty;
            Add(text);
        }

        return any;
    }

    /// <summary>What Gemini wants back with a call, in the thinking block in front of it.</summary>
    public void AddVendorData(string callId, ReadOnlySpan<byte> json)
    {
        if (Shown)
        {
            Block().AddExtra(callId, json);
        }
    }

    private void AddWhole(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.IsEmpty)
        {
            queue.AddThinking(Block(), escaped);
        }
    }

    private QueuedThinking Block() => queue.Thinking(context.SignatureOrigin, context.ThinkingOmitted);
}
