using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// Puts the pieces of a call's arguments together. Most servers send what is new; some send all that there is so far,
/// again and again. That shows when a piece begins with all that came before: put behind it, it is no JSON any more. Where
/// it still could be (an object nested in one that begins like it), both are read and nothing is told until one is out.
/// </summary>
internal sealed class ArgumentPieces : IDisposable
{
    private ArgumentStream _arguments = new();

    /// <summary>While both are possible: all pieces put behind each other, and what of that may be told.</summary>
    private ArgumentStream? _appended;
    private readonly PooledBuffer _appendedSafe = new(64);

    /// <summary>While both are possible: the last piece, which then is all that there is. Also of text that is no object.</summary>
    private readonly PooledBuffer _last = new(64);

    /// <summary>Of text that is no object: each piece so far began with the one before.</summary>
    private bool _mayRepeat = true;
    private int _pieces;

    /// <summary>The server sends everything again with each piece.</summary>
    public bool Repeats { get; private set; }

    public bool IsComplete => _arguments.IsComplete;

    public bool IsNoObject => _arguments.IsNoObject;

    /// <summary>What was told cannot become the object that was meant.</summary>
    public bool IsLost => _arguments.IsLost;

    public bool IsBlank => _arguments.Raw.Trim(" \r\n\t"u8).IsEmpty;

    /// <summary>One whole JSON value, as far as anyone can tell by now.</summary>
    public bool IsWhole => IsComplete
        || (_appended is not null && ArgumentRepair.Kind(_last.Span) == JsonValueKind.Object)
        || (IsNoObject && ArgumentRepair.Kind(Whole) != JsonValueKind.Undefined);

    /// <summary>All that came, decoded. Only when nothing more comes is it certain.</summary>
    public ReadOnlySpan<byte> Whole =>
        IsNoObject && _mayRepeat && _pieces > 1 && ArgumentRepair.Kind(_last.Span) != JsonValueKind.Undefined && ArgumentRepair.Kind(_arguments.Raw) == JsonValueKind.Undefined
            ? _last.Span
            : _arguments.Raw;

    /// <summary>The piece says nothing that is not known already.</summary>
    public bool Knows(ReadOnlySpan<byte> piece) => Repeats && _arguments.Raw.StartsWith(piece);

    /// <summary>Takes a piece; appends what may be passed on to <paramref name="safe"/>.</summary>
    public void Add(ReadOnlySpan<byte> piece, PooledBuffer safe)
    {
        // White space in front says nothing, and comes again with the rest.
        ReadOnlySpan<byte> raw = _arguments.Raw;
        ReadOnlySpan<byte> trimmed = piece.TrimStart(" \r\n\t"u8);
        piece = raw.IsEmpty ? trimmed : piece;
        if (piece.IsEmpty)
        {
            return;
        }

        if (_appended is not null)
        {
            Decide(piece, trimmed, safe);
        }
        else if (!raw.StartsWith("{"u8))
        {
            AddText(piece, safe);
        }
        else if (trimmed.StartsWith("{"u8) && Knows(trimmed))
        {
            // Once more what was said already.
        }
        else if (!trimmed.StartsWith(raw))
        {
            _arguments.Feed(piece, safe);
        }
        else if (Repeats || !_arguments.AwaitsValue)
        {
            Repeats = true;
            _arguments.Feed(trimmed[raw.Length..], safe);
        }
        else
        {
            _appended = new ArgumentStream();
            _appended.Feed(raw, _appendedSafe);
            _appendedSafe.Clear();
            _last.Clear();
            _last.Append(trimmed);
            Decide(piece, trimmed, safe);
        }
    }

    /// <summary>Takes a piece of free text.</summary>
    public void AddFree(ReadOnlySpan<byte> piece, PooledBuffer safe) => _arguments.Feed(piece, safe);

    /// <summary>Nothing more comes.</summary>
    public void Settle(PooledBuffer safe)
    {
        if (_appended is not null)
        {
            Settle(repeats: true, safe);
        }
    }

    /// <summary>Appends what closes the object where it stands.</summary>
    public void Close(PooledBuffer safe)
    {
        Settle(safe);
        _arguments.Close(safe);
    }

    public void Dispose()
    {
        _arguments.Dispose();
        _appended?.Dispose();
        _appendedSafe.Dispose();
        _last.Dispose();
    }

    private void Decide(ReadOnlySpan<byte> piece, ReadOnlySpan<byte> trimmed, PooledBuffer safe)
    {
        bool repeats = trimmed.StartsWith(_last.Span);
        _appended!.Feed(piece, _appendedSafe);
        if (repeats)
        {
            _last.Clear();
            _last.Append(trimmed);
        }

        bool isWhole = _appended.IsComplete && ArgumentRepair.Kind(_last.Span) != JsonValueKind.Object;
        if (!repeats || isWhole)
        {
            Settle(repeats: false, safe);
        }
        else if (_appended.IsBroken)
        {
            Settle(repeats: true, safe);
        }
    }

    private void Settle(bool repeats, PooledBuffer safe)
    {
        if (repeats)
        {
            _appended!.Dispose();
            _arguments.Feed(_last.Span[_arguments.Raw.Length..], safe);
        }
        else
        {
            safe.Append(_appendedSafe.Span);
            _arguments.Dispose();
            _arguments = _appended!;
        }

        Repeats |= repeats;
        _appended = null;
        _appendedSafe.Clear();
    }

    /// <summary>Text that is no object, or not yet: judged when it is over.</summary>
    private void AddText(ReadOnlySpan<byte> piece, PooledBuffer safe)
    {
        _arguments.Feed(piece, safe);
        _mayRepeat = _mayRepeat && piece.StartsWith(_last.Span);
        if (_mayRepeat)
        {
            _pieces++;
            _last.Clear();
            _last.Append(piece);
        }
    }
}
