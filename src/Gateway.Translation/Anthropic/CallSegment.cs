using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>A tool call. It begins on the client's side when its name is known and it is first in line.</summary>
internal sealed class CallSegment(IMessageSink sink, ToolCallNaming naming, bool holdInput) : Segment
{
    private readonly ToolArguments _arguments = new();
    private bool _custom;

    /// <summary>The upstream's position of the call, when it gave one.</summary>
    public int? Index { get; set; }

    /// <summary>The upstream's id; null until one came.</summary>
    public string? Id { get; set; }

    public string? Name { get; set; }

    /// <summary>The number of the list of deltas that spoke of this call last.</summary>
    public int List { get; set; }

    /// <summary>Half a character at the end of the last piece of arguments.</summary>
    public SurrogateHalves Halves { get; } = new();

    public bool IsComplete => _arguments.IsComplete;

    public override bool CanClose => IsComplete && Name is not null;

    /// <summary>The id that the client sees. From the moment it is asked for, an id that the upstream sends later is ignored.</summary>
    public string ClientId => field ??= naming.ClientId(Id);

    public void AddArguments(ReadOnlySpan<byte> json) => _arguments.Feed(json, Waiting);

    /// <summary>A call of a free-text tool: its input is no JSON.</summary>
    public void AddCustomInput(ReadOnlySpan<byte> text)
    {
        _custom = true;
        _arguments.Feed(text, Waiting);
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
        if (!Halves.End().IsEmpty)
        {
            AddArguments("\uFFFD"u8);
        }

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
    }

    private bool Closed { get; set; }

    private bool Held => holdInput || _custom || _arguments.IsNoObject;

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
