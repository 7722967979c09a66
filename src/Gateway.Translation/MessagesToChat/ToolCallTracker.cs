using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Finds out which call a piece belongs to. Servers number calls, name them by id, do both, do neither, or give every
/// call the number 0.
/// </summary>
internal sealed class ToolCallTracker(BlockQueue queue, ReasoningReader reasoning)
{
    private readonly List<QueuedCall> _calls = [];
    private int _before;

    private ref struct Entry
    {
        public int? Index;
        public string? Id;
        public string? Name;
        public ReadOnlySpan<byte> Arguments;
        public ReadOnlySpan<byte> CustomInput;
        public ReadOnlySpan<byte> VendorData;
    }

    /// <summary>Takes the array <c>tool_calls</c> of a delta, or of a message, in which each entry is a call.</summary>
    public void Add(ReadOnlySpan<byte> toolCalls, bool isMessage)
    {
        if (toolCalls.IsEmpty)
        {
            return;
        }

        _before = _calls.Count;
        Utf8JsonReader reader = new(toolCalls, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            bool isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isObject)
            {
                Add(Parse(toolCalls[start..(int)reader.BytesConsumed]), isMessage);
            }
        }
    }

    /// <summary>Takes the older <c>function_call</c>, of which there is one at most.</summary>
    public void AddLegacy(ReadOnlySpan<byte> functionCall)
    {
        if (functionCall.IsEmpty)
        {
            return;
        }

        Entry entry = new() { Index = -1 };
        ParseFunction(functionCall, ref entry);
        Add(entry, isMessage: false);
    }

    private void Add(Entry entry, bool isMessage)
    {
        if (entry.Id is null && entry.Name is null && entry.Arguments.IsEmpty && entry.CustomInput.IsEmpty)
        {
            return;
        }

        QueuedCall call = (isMessage ? null : Find(entry)) ?? Start(entry);
        call.Id ??= entry.Id;
        call.Name ??= entry.Name;
        int bytes = call.Name?.Length ?? 0;
        if (!entry.CustomInput.IsEmpty)
        {
            call.AddCustomInput(entry.CustomInput);
            bytes += entry.CustomInput.Length;
        }
        else if (!entry.Arguments.IsEmpty)
        {
            call.AddArguments(entry.Arguments);
            bytes += entry.Arguments.Length;
        }

        queue.CallChanged(call, bytes);
    }

    private QueuedCall? Find(Entry entry)
    {
        if (entry.Index is { } index)
        {
            QueuedCall? same = _calls.FindLast(c => c.Index == index);
            if (same is null)
            {
                return null;
            }

            bool otherId = entry.Id is not null && same.Id is not null && entry.Id != same.Id;
            bool anotherWhole = entry.Id is null && entry.Name is not null && same.IsComplete && !entry.Arguments.IsEmpty;
            return otherId || anotherWhole ? null : same;
        }

        if (entry.Id is { } id)
        {
            QueuedCall? same = _calls.FindLast(c => c.Id == id);
            return same is { IsComplete: true } && entry.Name is not null && !entry.Arguments.IsEmpty ? null : same;
        }

        QueuedCall? last = _calls.LastOrDefault();
        bool begins = entry.Name is not null
            && (last is null || last.IsComplete || _calls.Count > _before || (last.Name is not null && last.Name != entry.Name));
        return begins ? null : last;
    }

    private QueuedCall Start(Entry entry)
    {
        QueuedCall call = queue.CreateCall();
        call.Index = entry.Index;
        call.Id = entry.Id;
        if (!entry.VendorData.IsEmpty)
        {
            // The block that carries it must come before the call.
            reasoning.AddVendorData(call.ClientId, entry.VendorData);
        }

        _calls.Add(call);
        queue.StartCall(call);
        return call;
    }

    private static Entry Parse(ReadOnlySpan<byte> json)
    {
        Entry entry = default;
        Utf8JsonReader reader = new(json, JsonFormat.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueIs("index"u8))
            {
                reader.Read();
                entry.Index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int index) ? index : null;
                reader.Skip();
            }
            else if (reader.ValueIs("id"u8))
            {
                entry.Id = NonEmpty(ChatChunk.Slice(ref reader, json, JsonTokenType.String));
            }
            else if (reader.ValueIs("function"u8) || reader.ValueIs("custom"u8))
            {
                ParseFunction(ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject), ref entry);
            }
            else if (reader.ValueIs("extra_content"u8))
            {
                entry.VendorData = ChatChunk.Slice(ref reader, json, JsonTokenType.StartObject);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return entry;
    }

    private static void ParseFunction(ReadOnlySpan<byte> json, ref Entry entry)
    {
        if (json.IsEmpty)
        {
            return;
        }

        entry.Name = NonEmpty(ChatChunk.Find(json, "name"u8));
        entry.Arguments = NonNull(ChatChunk.Find(json, "arguments"u8));
        entry.CustomInput = NonNull(ChatChunk.Find(json, "input"u8));
    }

    private static ReadOnlySpan<byte> NonNull(ReadOnlySpan<byte> json) => json.SequenceEqual("null"u8) ? [] : json;

    private static string? NonEmpty(ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> inner = ChatChoice.Inner(json);
        return inner.Trim(" "u8).IsEmpty ? null : JsonUnescape.ToText(inner);
    }
}
