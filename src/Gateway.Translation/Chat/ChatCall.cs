using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// One tool call of the upstream, told as soon as its name is known. What a client runs must never be half a call: the
/// arguments that are told are one JSON object, wherever the upstream breaks off.
/// </summary>
internal sealed class ChatCall(ChatBlocks blocks, ReasoningReader reasoning, CallNames names, bool holdArguments) : IDisposable
{
    private readonly ArgumentStream _arguments = new();
    private readonly WellFormedText _wellFormed = new();
    private readonly PooledBuffer _decoded = new(64);
    private readonly PooledBuffer _safe = new(64);
    private byte[]? _data;
    private int _block = -1;
    private bool _custom;
    private bool _cumulative;
    private bool _closed;
    private bool _nameIsWhole;

    /// <summary>The upstream's position of the call, when it gave one.</summary>
    public int? Index { get; init; }

    /// <summary>The upstream's id; null until one came.</summary>
    public string? Id { get; set; }

    public string? Name { get; private set; }

    public bool IsComplete => _arguments.IsComplete;

    /// <summary>Some servers repeat the name in each chunk, and some send it in pieces.</summary>
    public void AddName(string? piece)
    {
        if (Name is null)
        {
            Name = piece;
        }
        else if (piece is not null && piece != Name && _block < 0 && names.GoesOn(Name, piece))
        {
            Name += piece;
        }
    }

    /// <summary>Another call begins: the name does not go on.</summary>
    public void EndName()
    {
        _nameIsWhole = true;
        Tell();
    }

    /// <summary>What Gemini wants back with the call.</summary>
    public void AddData(ReadOnlySpan<byte> json) => _data = json.ToArray();

    /// <summary>Takes arguments as the upstream wrote them: a string with its quotes, or JSON.</summary>
    public void AddArguments(ReadOnlySpan<byte> value)
    {
        if (_closed)
        {
            return;
        }

        // Some servers send the arguments as an object instead of text.
        ReadOnlySpan<byte> json = value[0] == '"' ? Decode(value) : _wellFormed.Next(value);
        ReadOnlySpan<byte> raw = _arguments.Raw;
        bool repeats = raw.StartsWith("{"u8) && json.Length > raw.Length && json.StartsWith(raw);
        _cumulative |= repeats && !_arguments.AwaitsValue;

        // Others send all that there is so far in each chunk.
        _arguments.Feed(_cumulative && repeats ? json[raw.Length..] : json, _safe);
    }

    /// <summary>A call of a free-text tool: its input is no JSON.</summary>
    public void SetCustom() => _custom |= _block < 0;

    public void AddCustomInput(ReadOnlySpan<byte> value)
    {
        if (!_closed)
        {
            _arguments.Feed(Decode(value), _safe);
        }
    }

    /// <summary>Tells what may be told by now.</summary>
    public void Tell()
    {
        if (Name is null || _closed || AwaitsName)
        {
            return;
        }

        if (_block < 0)
        {
            Open(Name);
        }

        if (IsComplete && !_custom)
        {
            Close();
        }
        else if (!IsHeld && _safe.Length > 0)
        {
            blocks.Sink.Append(_block, JsonText.Plain(_safe.Span));
            _safe.Clear();
        }
    }

    /// <summary>Nothing more comes: the arguments are completed, and a call that never got a name gets one.</summary>
    public void End()
    {
        if (_closed || (Name is null && _arguments.Raw.Trim(" \r\n\t"u8).IsEmpty))
        {
            return;
        }

        Name ??= "unknown_tool";
        if (_block < 0)
        {
            Open(Name);
        }

        Close();
    }

    public void Dispose()
    {
        _arguments.Dispose();
        _wellFormed.Dispose();
        _decoded.Dispose();
        _safe.Dispose();
    }

    /// <summary>No arguments yet, and the name may be the beginning of a longer one.</summary>
    private bool AwaitsName => _block < 0 && !_nameIsWhole && _arguments.Raw.IsEmpty && names.MayGoOn(Name!);

    private bool IsHeld => holdArguments || _custom || _arguments.IsNoObject;

    private void Open(string name)
    {
        JsonText id = JsonText.Plain(Encoding.UTF8.GetBytes(Id ?? ""));
        if (_data is not null)
        {
            // The block that carries it must come before the call.
            reasoning.AddCallData(id, _data);
        }

        _block = blocks.OpenCall(new CallHead(id, JsonText.Plain(Encoding.UTF8.GetBytes(names.Resolve(name))), _custom ? CallKind.Custom : CallKind.Function));
    }

    private void Close()
    {
        if (IsHeld)
        {
            _safe.Clear();
            WriteWhole();
        }
        else
        {
            _arguments.Close(_safe);
        }

        if (_safe.Length > 0)
        {
            blocks.Sink.Append(_block, JsonText.Plain(_safe.Span));
        }

        blocks.Sink.Close(_block);
        _closed = true;
        Dispose();
    }

    private ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> value)
    {
        _decoded.Clear();
        JsonUnescape.Append(_wellFormed.Next(JsonRaw.Text(value)), _decoded);
        return _decoded.Span;
    }

    private void WriteWhole()
    {
        ReadOnlySpan<byte> raw = _arguments.Raw;
        if (_custom)
        {
            _safe.Append(raw);
        }
        else if (!raw.Trim(" \r\n\t"u8).IsEmpty)
        {
            ArgumentRepair.Write(raw, _safe);
        }
    }
}
