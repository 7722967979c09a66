using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>A tool call. It begins on the client's side when its name is known and it is first in line.</summary>
internal sealed class QueuedCall(IMessagesSink sink, ToolCallNaming naming, bool holdInput) : QueuedBlock
{
    private readonly ArgumentStream _arguments = new();
    private readonly WellFormedText _wellFormed = new();
    private readonly PooledBuffer _decoded = new(256);
    private bool _custom;
    private bool _cumulative;

    /// <summary>The upstream's position of the call, when it gave one.</summary>
    public int? Index { get; set; }

    /// <summary>The upstream's id; null until one came.</summary>
    public string? Id { get; set; }

    public string? Name { get; set; }

    public bool IsComplete => _arguments.IsComplete;

    public override bool CanClose => IsComplete && Name is not null;

    /// <summary>The id that the client sees. From the moment it is asked for, an id that the upstream sends later is ignored.</summary>
    public string ClientId => field ??= naming.ClientId(Id);

    /// <summary>Takes arguments as the upstream wrote them: the escaped inside of a string, or JSON.</summary>
    public void AddArguments(ReadOnlySpan<byte> value)
    {
        // Some servers send the arguments as an object instead of text.
        ReadOnlySpan<byte> json = value[0] == '"' ? Decode(value) : _wellFormed.Next(value);
        ReadOnlySpan<byte> raw = _arguments.Raw;
        bool repeats = raw.StartsWith("{"u8) && json.Length > raw.Length && json.StartsWith(raw);
        _cumulative |= repeats && !_arguments.AwaitsValue;

        // Others send all that there is so far in each chunk.
        _arguments.Feed(_cumulative && repeats ? json[raw.Length..] : json, Waiting);
    }

    /// <summary>A call of a free-text tool: its input is no JSON.</summary>
    public void AddCustomInput(ReadOnlySpan<byte> value)
    {
        _custom = true;
        _arguments.Feed(Decode(value), Waiting);
    }

    public override void Flush()
    {
        if (Name is null || Closed)
        {
            return;
        }

        if (!IsOpen)
        {
            IsOpen = true;
            sink.StartToolUse(ClientId, naming.ClientName(Name));
        }

        if (!Held && Waiting.Length > 0)
        {
            sink.WriteInput(Waiting.Span);
            Waiting.Clear();
        }
    }

    public override void Close()
    {
        if (Name is null)
        {
            if (_arguments.Raw.Trim(" \r\n\t"u8).IsEmpty)
            {
                return;
            }

            Name = "unknown_tool";
        }

        Flush();
        if (Held)
        {
            Waiting.Clear();
            WriteWhole();
        }
        else
        {
            _arguments.Close(Waiting);
        }

        sink.WriteInput(Waiting.Span);
        sink.StopBlock();
        Closed = true;
    }

    public override void Dispose()
    {
        base.Dispose();
        _arguments.Dispose();
        _wellFormed.Dispose();
        _decoded.Dispose();
    }

    private bool Closed { get; set; }

    private bool Held => holdInput || _custom || _arguments.IsNoObject;

    private ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> value)
    {
        _decoded.Clear();
        JsonUnescape.Append(_wellFormed.Next(ChatChoice.Inner(value)), _decoded);
        return _decoded.Span;
    }

    private void WriteWhole()
    {
        ReadOnlySpan<byte> raw = _arguments.Raw;
        if (_custom)
        {
            Waiting.Append("{\"input\":"u8);
            ArgumentRepair.WriteText(raw, Waiting);
            Waiting.Append("}"u8);
        }
        else if (!raw.Trim(" \r\n\t"u8).IsEmpty)
        {
            ArgumentRepair.Write(raw, Waiting);
        }
    }
}

/// <summary>Names and ids of the calls of one answer, as the client knows them.</summary>
internal sealed class ToolCallNaming(IReadOnlyDictionary<string, string> originalNames, string messageId)
{
    private readonly HashSet<string> _ids = [];

    public string ClientName(string name) => originalNames.GetValueOrDefault(name, name);

    /// <summary>The upstream's id where it is usable and new, else one that no other answer has.</summary>
    public string ClientId(string? upstreamId)
    {
        string id = string.IsNullOrEmpty(upstreamId) ? "" : ToolCallIds.ToClient(upstreamId);
        if (id.Length > 0 && _ids.Add(id))
        {
            return id;
        }

        id = ToolCallIds.Create(messageId, _ids.Count);
        _ids.Add(id);
        return id;
    }
}
