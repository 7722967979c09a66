using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// One tool call of the upstream, told as soon as its name is known. What a client runs must never be half a call: the
/// arguments that are told are one JSON object, wherever the upstream breaks off.
/// </summary>
internal sealed class ChatCall(ChatBlocks blocks, ReasoningReader? reasoning, CallNames names, bool holdArguments) : IDisposable
{
    private readonly ArgumentPieces _arguments = new();
    private readonly WellFormedText _wellFormed = new();
    private readonly PooledBuffer _decoded = new(64);
    private readonly PooledBuffer _safe = new(64);
    private byte[]? _data;
    private int _block = -1;
    private bool _custom;
    private bool _closed;
    private bool _nameIsWhole;

    /// <summary>The arguments of a closed call whose server sends them again and again.</summary>
    private byte[]? _repeated;

    /// <summary>The upstream's position of the call, when it gave one.</summary>
    public int? Index { get; init; }

    /// <summary>The upstream's id; null until one came.</summary>
    public string? Id { get; set; }

    public string? Name { get; private set; }

    public bool IsComplete => _closed || _arguments.IsComplete;

    /// <summary>It has arguments, and they are one JSON value: it can be run, whatever else happened.</summary>
    public bool IsWhole => IsComplete || (!_custom && _arguments.IsWhole);

    /// <summary>Its arguments have begun and are no JSON value yet.</summary>
    public bool IsCut => !IsWhole && !_custom && !_arguments.IsBlank;

    /// <summary>Its arguments are no JSON, but the client has members of them that it could take for all.</summary>
    public bool IsLost => !_closed && !IsHeld && _arguments.IsLost;

    /// <summary>Nothing has come that could be run.</summary>
    public bool IsEmpty => !_closed && Name is null && _arguments.IsBlank;

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
        if (!_closed)
        {
            _arguments.Add(Text(value), _safe);
        }
    }

    /// <summary>The server says once more what it said already.</summary>
    public bool Repeats(ReadOnlySpan<byte> value)
    {
        if ((_repeated is null && !_arguments.Repeats) || !JsonRaw.IsText(value))
        {
            return false;
        }

        using PooledBuffer piece = new(value.Length);
        JsonUnescape.Append(JsonRaw.Text(value), piece);
        return piece.Length > 0 && (_repeated is null ? _arguments.Knows(piece.Span) : _repeated.AsSpan().StartsWith(piece.Span));
    }

    /// <summary>A call of a free-text tool: its input is no JSON.</summary>
    public void SetCustom() => _custom |= _block < 0;

    public void AddCustomInput(ReadOnlySpan<byte> value)
    {
        if (!_closed)
        {
            _arguments.AddFree(Decode(value), _safe);
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
        if (_closed || IsEmpty)
        {
            return;
        }

        _arguments.Settle(_safe);

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
    private bool AwaitsName => _block < 0 && !_nameIsWhole && _arguments.IsBlank && names.MayGoOn(Name!);

    private bool IsHeld => holdArguments || _custom || _arguments.IsNoObject;

    private void Open(string name)
    {
        JsonText id = JsonText.Plain(Encoding.UTF8.GetBytes(Id ?? ""));
        if (_data is not null && reasoning is not null)
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
        _repeated = _arguments.Repeats ? _arguments.Whole.ToArray() : null;
        Dispose();
    }

    /// <summary>Some servers send the arguments as an object instead of text.</summary>
    private ReadOnlySpan<byte> Text(ReadOnlySpan<byte> value) => value[0] == '"' ? Decode(value) : _wellFormed.Next(value);

    private ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> value)
    {
        _decoded.Clear();
        JsonUnescape.Append(_wellFormed.Next(JsonRaw.Text(value)), _decoded);
        return _decoded.Span;
    }

    private void WriteWhole()
    {
        ReadOnlySpan<byte> raw = _arguments.Whole;
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
