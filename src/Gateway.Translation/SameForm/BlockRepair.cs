using System.Globalization;
using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// The content blocks of a stream, told as SDKs understand them: numbered from 0, begun, and closed before the next one.
/// Servers of other makers leave out beginnings and ends, and say calls side by side: those wait for their turn.
/// </summary>
/// <param name="messageId">For calls without an id.</param>
/// <param name="write">Takes an event: its name and its data.</param>
internal sealed class BlockRepair(string messageId, BlockRepair.Writer write)
{
    /// <summary>Begun by the server, and not yet told to their end. The client hears of the first.</summary>
    private readonly List<RepairedBlock> _blocks = [];
    private int _next;

    public delegate void Writer(string type, ReadOnlySpan<byte> data);

    /// <summary>There was a block.</summary>
    public bool Any => _next > 0;

    /// <summary>Of what waits for its turn.</summary>
    public int HeldBytes => _blocks.Sum(block => block.Held.Sum(held => held.Length));

    /// <summary>There was a call for the client.</summary>
    public bool Called { get; private set; }

    public void Start(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> block = JsonFields.Find(data, "content_block"u8);
        if (block is not [(byte)'{', ..])
        {
            return;
        }

        int? number = Number(data);
        if (number is not null && OpenBlock(data) is { } same)
        {
            same.IsOver = true;
        }

        Add(number, JsonRaw.Decode(JsonFields.Find(block, "type"u8)), block);
    }

    public void Stop(ReadOnlySpan<byte> data)
    {
        if (OpenBlock(data) is { } block)
        {
            block.IsOver = true;
            CloseThoseOver();
        }
    }

    private RepairedBlock Add(int? number, string type, ReadOnlySpan<byte> block)
    {
        // The end of a text or of a thought is the next beginning, whether or not it was said.
        _blocks.ForEach(open => open.IsOver |= !open.IsCall);
        CloseThoseOver();
        RepairedBlock added = new(number, type, block.ToArray());
        Called |= type == "tool_use";
        _blocks.Add(added);
        if (_blocks.Count == 1)
        {
            Open(added);
        }

        return added;
    }

    public void Delta(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> delta = JsonFields.Find(data, "delta"u8);
        string kind = JsonRaw.Decode(JsonFields.Find(delta, "type"u8));
        if (!Says(delta, kind))
        {
            return;
        }

        string? wanted = kind switch
        {
            "text_delta" => "text",
            "thinking_delta" or "signature_delta" => "thinking",
            "input_json_delta" => "tool_use",
            _ => null,
        };
        RepairedBlock? block = OpenBlock(data);
        if (wanted is "text" or "thinking" && block?.Type != wanted && block?.IsOther != true)
        {
            block = Add(Number(data), wanted, Encoding.UTF8.GetBytes($$"""{"type":"{{wanted}}"}"""));
        }
        else if (block is null || (wanted == "tool_use" && block.Type is "text" or "thinking"))
        {
            // Of a call that nobody began there is no name.
            return;
        }

        block.HasInput |= wanted == "tool_use" && JsonFields.Find(delta, "partial_json"u8).Length > 2;
        if (block.Index is { } index)
        {
            write("content_block_delta", At(index, data));
        }
        else
        {
            block.Held.Add(data.ToArray());
        }
    }

    /// <summary>SDKs join what a piece says, and stumble over one that is null.</summary>
    private static bool Says(ReadOnlySpan<byte> delta, string kind) => delta is [(byte)'{', ..] && kind switch
    {
        "text_delta" => JsonRaw.IsText(JsonFields.Find(delta, "text"u8)),
        "thinking_delta" => JsonRaw.IsText(JsonFields.Find(delta, "thinking"u8)),
        "signature_delta" => JsonRaw.IsText(JsonFields.Find(delta, "signature"u8)),
        "input_json_delta" => JsonFields.Find(delta, "partial_json"u8) is var piece && !piece.IsEmpty && !piece.SequenceEqual("null"u8),
        _ => true,
    };

    private void Open(RepairedBlock block)
    {
        block.Index = _next++;
        (string, string)[] members = block.Type switch
        {
            "text" => [("text", "\"\"")],
            "thinking" => [("thinking", "\"\""), ("signature", "\"\"")],
            "tool_use" => [("id", EventRepair.Quoted($"toolu_{messageId}_{block.Index}")), ("input", "{}")],
            _ => [],
        };
        write("content_block_start", Encoding.UTF8.GetBytes($"{{\"type\":\"content_block_start\",\"index\":{block.Index},\"content_block\":{Encoding.UTF8.GetString(WithoutContent(block, MemberCompletion.Of(block.Start, members)))}}}"));
        if (block.Early is { } early && !block.IsCall)
        {
            WriteDelta(block, early);
        }

        foreach (byte[] held in block.Held)
        {
            write("content_block_delta", At(block.Index.Value, held));
        }

        block.Held.Clear();
    }

    /// <summary>What stands in the beginning of a block is said behind it, as clients expect that take the beginning for empty.</summary>
    private static byte[] WithoutContent(RepairedBlock block, byte[] start)
    {
        string member = block.IsCall ? "input" : block.Type;
        JsonFields fields = new(start);
        while (fields.MoveNext())
        {
            bool says = JsonRaw.IsText(fields.Value) ? fields.Value.Length > 2 : block.IsCall && new JsonFields(fields.Value).MoveNext();
            if (fields.NameIs(Encoding.ASCII.GetBytes(member)) && !block.IsOther && says)
            {
                string text = Encoding.UTF8.GetString(fields.Value);
                block.Early = JsonRaw.IsText(fields.Value) ? text : EventRepair.Quoted(text);
                return [.. start.AsSpan(0, fields.Start), .. block.IsCall ? "{}"u8 : "\"\""u8, .. start.AsSpan(fields.Start + fields.Value.Length)];
            }
        }

        return start;
    }

    /// <param name="block">Is open.</param>
    /// <param name="text">With its quotes.</param>
    private void WriteDelta(RepairedBlock block, string text)
    {
        (string type, string member) = block.IsCall ? ("input_json_delta", "partial_json") : ($"{block.Type}_delta", block.Type);
        write("content_block_delta", Encoding.UTF8.GetBytes($$$"""{"type":"content_block_delta","index":{{{block.Index}}},"delta":{"type":"{{{type}}}","{{{member}}}":{{{text}}}}}"""));
    }

    private void CloseThoseOver()
    {
        while (_blocks is [{ IsOver: true } first, ..])
        {
            if (first is { IsCall: true, HasInput: false, Early: { } input })
            {
                WriteDelta(first, input);
            }

            write("content_block_stop", Encoding.ASCII.GetBytes($"{{\"type\":\"content_block_stop\",\"index\":{first.Index}}}"));
            _blocks.RemoveAt(0);
            if (_blocks is [{ Index: null } next, ..])
            {
                Open(next);
            }
        }
    }

    public void StopAll()
    {
        _blocks.ForEach(block => block.IsOver = true);
        CloseThoseOver();
    }

    /// <summary>By its number; without one the last that has begun.</summary>
    private RepairedBlock? OpenBlock(ReadOnlySpan<byte> data) =>
        Number(data) is { } number ? _blocks.FindLast(block => block.Number == number && !block.IsOver) : _blocks.FindLast(block => !block.IsOver);

    private static int? Number(ReadOnlySpan<byte> data) => int.TryParse(JsonFields.Find(data, "index"u8), CultureInfo.InvariantCulture, out int number) ? number : null;

    private static byte[] At(int index, ReadOnlySpan<byte> data)
    {
        if (Number(data) == index && JsonFields.Find(data, "type"u8).Length > 0)
        {
            return data.ToArray();
        }

        ByteEdits edits = new();
        MemberCompletion.Apply(data, 0, edits, ("type", "\"content_block_delta\""), ("index", index.ToString(CultureInfo.InvariantCulture)));
        JsonFields fields = new(data);
        while (fields.MoveNext())
        {
            if (fields.NameIs("index"u8) && !fields.Value.SequenceEqual("null"u8))
            {
                edits.Replace(fields.Start, fields.Value.Length, Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)));
            }
        }

        using PooledBuffer moved = new(data.Length + 16);
        edits.Apply(data, moved);
        return moved.Span.ToArray();
    }

    /// <param name="Number">As the server counts.</param>
    /// <param name="Type">Of its content.</param>
    /// <param name="Start">What it begins with.</param>
    private sealed record RepairedBlock(int? Number, string Type, byte[] Start)
    {
        /// <summary>As the client counts; null until it hears of it.</summary>
        public int? Index { get; set; }

        public List<byte[]> Held { get; } = [];

        public bool IsOver { get; set; }

        /// <summary>What stood in its beginning, as JSON text. Of a call it counts where no piece of its input follows.</summary>
        public string? Early { get; set; }

        public bool HasInput { get; set; }

        public bool IsCall => Type is "tool_use" or "server_tool_use" or "mcp_tool_use";

        /// <summary>Nobody here knows which deltas it has.</summary>
        public bool IsOther => !IsCall && Type is not ("text" or "thinking");
    }
}
