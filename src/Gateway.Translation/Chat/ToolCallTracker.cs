using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// Finds out which call a piece belongs to. Servers number calls, name them by id, do both, do neither, or give every
/// call the number 0.
/// </summary>
internal sealed class ToolCallTracker(ChatBlocks blocks, ReasoningReader reasoning, CallNames names, bool holdArguments) : IDisposable
{
    private readonly List<ChatCall> _calls = [];

    /// <summary>The last call of each number and of each id: an answer may hold tens of thousands.</summary>
    private readonly Dictionary<int, ChatCall> _byIndex = [];
    private readonly Dictionary<string, ChatCall> _byId = [];

    /// <summary>There are calls, and each could be run as it is.</summary>
    public bool AreWhole => _calls.Exists(call => !call.IsEmpty) && _calls.TrueForAll(call => call.IsWhole || call.IsEmpty);

    /// <summary>A call has begun and is not whole.</summary>
    public bool HasCut => _calls.Exists(call => call.IsCut);

    /// <summary>The arguments of a call turned out to be no JSON when the client had members of them already.</summary>
    public bool HasLost => _calls.Exists(call => call.IsLost);

    /// <summary>Takes the calls of a delta, or of a message, in which each entry is a call.</summary>
    public void Add(ReadOnlySpan<byte> json, ReadOnlySpan<CallPiece> pieces, bool isDelta)
    {
        int before = _calls.Count;
        foreach (ref readonly CallPiece piece in pieces)
        {
            Add(json, piece, isDelta, before);
        }
    }

    /// <summary>The answer is over: unfinished calls are completed.</summary>
    public void End()
    {
        foreach (ChatCall call in _calls)
        {
            call.End();
        }
    }

    public void Dispose()
    {
        foreach (ChatCall call in _calls)
        {
            call.Dispose();
        }
    }

    private void Add(ReadOnlySpan<byte> json, in CallPiece piece, bool isDelta, int before)
    {
        if (piece.IsEmpty)
        {
            return;
        }

        string? id = Text(json, piece.Id);
        string? name = Text(json, piece.Name);
        ChatCall call = (isDelta ? Find(json, piece, id, name, before) : null) ?? Start(json, piece);
        if (call.Id is null && id is not null)
        {
            call.Id = id;
            _byId[id] = call;
        }

        call.AddName(name);
        if (piece.IsCustom || !piece.CustomInput.IsEmpty)
        {
            call.SetCustom();
        }

        int bytes = call.Name?.Length ?? 0;
        if (!piece.CustomInput.IsEmpty)
        {
            call.AddCustomInput(piece.CustomInput.Of(json));
            bytes += piece.CustomInput.Length;
        }
        else if (!piece.Arguments.IsEmpty)
        {
            call.AddArguments(piece.Arguments.Of(json));
            bytes += piece.Arguments.Length;
        }

        blocks.CountCall(bytes);
        call.Tell();
    }

    private ChatCall? Find(ReadOnlySpan<byte> json, in CallPiece piece, string? id, string? name, int before)
    {
        if (piece.Index is { } index)
        {
            if (!_byIndex.TryGetValue(index, out ChatCall? same))
            {
                return null;
            }

            bool otherId = id is not null && same.Id is not null && id != same.Id;
            bool anotherWhole = id is null && IsAnotherWhole(json, piece, name, same);
            return otherId || anotherWhole ? null : same;
        }

        if (id is not null)
        {
            ChatCall? same = _byId.GetValueOrDefault(id);
            return same is not null && IsAnotherWhole(json, piece, name, same) ? null : same;
        }

        ChatCall? last = _calls.Count > 0 ? _calls[^1] : null;
        bool begins = name is not null
            && (last is null || last.IsComplete || _calls.Count > before || (last.Name is not null && last.Name != name))
            && !(last is not null && last.Name == name && !piece.Arguments.IsEmpty && last.Repeats(piece.Arguments.Of(json)));
        return begins ? null : last;
    }

    /// <summary>A call with a name and arguments, where the one of its number or id is over.</summary>
    private static bool IsAnotherWhole(ReadOnlySpan<byte> json, in CallPiece piece, string? name, ChatCall same) =>
        name is not null && same.IsComplete && !piece.Arguments.IsEmpty && !(name == same.Name && same.Repeats(piece.Arguments.Of(json)));

    private ChatCall Start(ReadOnlySpan<byte> json, in CallPiece piece)
    {
        if (_calls.Count > 0)
        {
            _calls[^1].EndName();
        }

        ChatCall call = new(blocks, reasoning, names, holdArguments) { Index = piece.Index };
        if (!piece.VendorData.IsEmpty)
        {
            call.AddData(piece.VendorData.Of(json));
        }

        if (piece.Index is { } index)
        {
            _byIndex[index] = call;
        }

        _calls.Add(call);
        return call;
    }

    private static string? Text(ReadOnlySpan<byte> json, Slice escaped) => escaped.IsEmpty ? null : JsonUnescape.ToText(escaped.Of(json));
}
