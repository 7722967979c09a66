using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Makes one Message of the events of a stream, when the upstream streams and the client wants the answer whole. Blocks
/// and deltas that nobody here knows are put together like those that are known.
/// </summary>
/// <param name="usage">Takes the counts as they come: put together, the first would pass for the last.</param>
internal sealed class MessageOfEvents(MessagesUsage usage)
{
    private readonly SortedDictionary<int, Block> _blocks = [];
    private JoinedJson? _message;

    /// <summary>Takes one event. True when it was the last.</summary>
    /// <exception cref="JsonException">It cannot be read: the message would lack something.</exception>
    public bool Add(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.SequenceEqual("message_start"u8))
        {
            ReadOnlySpan<byte> message = JsonFields.Find(data, "message"u8);
            _message = new JoinedJson(message);
            usage.Read(JsonFields.Find(message, "usage"u8), final: false);
        }
        else if (type.SequenceEqual("content_block_start"u8))
        {
            _blocks[Index(data)] = new Block(JsonFields.Find(data, "content_block"u8));
        }
        else if (type.SequenceEqual("content_block_delta"u8))
        {
            Block block = _blocks.TryGetValue(Index(data), out Block? open) ? open : throw new JsonException();
            block.Add(JsonFields.Find(data, "delta"u8));
        }
        else if (type.SequenceEqual("message_delta"u8))
        {
            AddEnd(data, _message ?? throw new JsonException());
            usage.Read(JsonFields.Find(data, "usage"u8), final: true);
        }

        return type.SequenceEqual("message_stop"u8);
    }

    /// <exception cref="JsonException">There is no message.</exception>
    public void Write(PooledBuffer output)
    {
        JoinedJson message = _message ?? throw new JsonException();
        using PooledBuffer content = new();
        content.Append("["u8);
        foreach (Block block in _blocks.Values)
        {
            content.Append(content.Length > 1 ? ","u8 : []);
            block.Write(content);
        }

        content.Append("]"u8);
        message.Set("content", content.Span);
        message.Write(output);
    }

    /// <summary>How it ended: members of <c>delta</c> are the message's, later counts take the place of earlier ones, but for zeros.</summary>
    private static void AddEnd(ReadOnlySpan<byte> data, JoinedJson message)
    {
        JsonFields fields = new(data);
        while (fields.MoveNext())
        {
            string name = Encoding.UTF8.GetString(fields.Name);
            if (name is "delta" or "usage")
            {
                JoinedJson into = name == "delta" ? message : message.Member("usage", "{}"u8);
                JsonFields members = new(fields.Value);
                while (members.MoveNext())
                {
                    string member = Encoding.UTF8.GetString(members.Name);
                    if (name == "usage" && members.Value.SequenceEqual("0"u8))
                    {
                        into.Member(member, "0"u8);
                    }
                    else if (name == "delta" || !members.Value.SequenceEqual("null"u8))
                    {
                        into.Set(member, members.Value);
                    }
                }
            }
            else if (name != "type")
            {
                message.Set(name, fields.Value);
            }
        }
    }

    private static int Index(ReadOnlySpan<byte> data) =>
        int.TryParse(JsonFields.Find(data, "index"u8), CultureInfo.InvariantCulture, out int index) ? index : throw new JsonException();

    private sealed class Block(ReadOnlySpan<byte> start)
    {
        private readonly JoinedJson _block = new(start);
        private readonly JoinedJson _input = new("\"\""u8);

        public void Add(ReadOnlySpan<byte> delta)
        {
            JsonFields fields = new(delta);
            while (fields.MoveNext())
            {
                if (fields.Name.SequenceEqual("partial_json"u8))
                {
                    _input.Add(fields.Value);
                }
                else if (fields.Name.SequenceEqual("citation"u8))
                {
                    _block.Member("citations", "[]"u8).Add([(byte)'[', .. fields.Value, (byte)']']);
                }
                else if (JsonRaw.IsText(fields.Value) && !fields.Name.SequenceEqual("type"u8))
                {
                    _block.Add(Encoding.UTF8.GetString(fields.Name), fields.Value);
                }
            }
        }

        public void Write(PooledBuffer output)
        {
            using PooledBuffer text = new();
            _input.Write(text);
            using PooledBuffer input = new();
            JsonUnescape.Append(text.Span[1..^1], input);
            if (input.Length > 0)
            {
                _block.Set("input", Readable(input.Span));
            }

            _block.Write(output);
        }

        /// <summary>An input that ended early is closed where it ended.</summary>
        private static ReadOnlySpan<byte> Readable(ReadOnlySpan<byte> input)
        {
            try
            {
                JsonRaw.ThrowIfMore(input);
                return input;
            }
            catch (JsonException) when (CutJson.Close(input) is { } closed)
            {
                return closed;
            }
        }
    }
}
