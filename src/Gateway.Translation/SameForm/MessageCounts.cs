using System.Buffers;
using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// The counts that SDKs look for in every answer of Anthropic's form, where another maker's server leaves them out: estimates,
/// written for the client once what the server said has been noted. Claude's own servers say all of them.
/// </summary>
internal static class MessageCounts
{
    private const string Usage = "usage";

    /// <summary>What a message begins with.</summary>
    public static void AddStart(ReadOnlySpan<byte> message, int offset, AnswerContext context, ByteEdits edits)
    {
        if (!context.Profile.AnthropicFields)
        {
            Add(message, offset, edits, ("input_tokens", $"{context.EstimatedInput}"), ("output_tokens", "0"));
        }
    }

    /// <summary>The event that ends a message. A zero must not take the place of what its beginning said.</summary>
    public static void AddEnd(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> data, int dataStart, TokenUsage told, IBufferWriter<byte> output)
    {
        ByteEdits edits = new();
        Add(data, dataStart, edits, ("output_tokens", $"{told.Output}"));
        JsonFields fields = new(data);
        while (fields.MoveNext())
        {
            if (fields.NameIs("usage"u8) && fields.Value is [(byte)'{', ..])
            {
                JsonFields counts = new(fields.Value);
                while (counts.MoveNext())
                {
                    if (counts.NameIs("input_tokens"u8) && counts.Value.SequenceEqual("0"u8) && told.Input > 0)
                    {
                        edits.Replace(dataStart + fields.Start + counts.Start, 1, Encoding.ASCII.GetBytes($"{told.Input}"));
                    }
                }
            }
        }

        edits.Apply(frame, output);
    }

    /// <summary>A message that came whole, with all else that every message has.</summary>
    public static void AddWhole(ReadOnlySpan<byte> message, AnswerContext context, TokenUsage told, ByteEdits edits)
    {
        if (context.Profile.AnthropicFields)
        {
            return;
        }

        bool calls = false;
        JsonItems blocks = new(JsonFields.Find(message, "content"u8));
        while (blocks.MoveNext())
        {
            calls |= JsonRaw.Text(JsonFields.Find(blocks.Value, "type"u8)).SequenceEqual("tool_use"u8);
        }

        (string, string)[] head = [.. EventRepair.Head(context).Where(member => member.Name != "stop_reason"), ("stop_reason", calls ? "\"tool_use\"" : "\"end_turn\"")];
        Add(message, 0, edits, [("input_tokens", $"{told.Input}"), ("output_tokens", $"{told.Output}")], head);
    }

    private static void Add(ReadOnlySpan<byte> holder, int offset, ByteEdits edits, params ReadOnlySpan<(string Name, string Json)> counts) => Add(holder, offset, edits, counts, []);

    private static void Add(ReadOnlySpan<byte> holder, int offset, ByteEdits edits, ReadOnlySpan<(string Name, string Json)> counts, ReadOnlySpan<(string Name, string Json)> more)
    {
        JsonFields fields = new(holder);
        while (fields.MoveNext())
        {
            if (fields.NameIs("usage"u8) && fields.Value is [(byte)'{', ..])
            {
                MemberCompletion.Apply(fields.Value, offset + fields.Start, edits, counts);
                MemberCompletion.Apply(holder, offset, edits, more);
                return;
            }
        }

        string made = Encoding.UTF8.GetString(MemberCompletion.Of("{}"u8, counts));
        MemberCompletion.Apply(holder, offset, edits, [.. more, (Usage, made)]);
    }
}
