using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// Puts the <c>reasoning_details</c> of one streamed answer together. A piece belongs to the entry of the same type, index
/// and id; without an index, to the one that was spoken of last. What is signed is complete, and more text another
/// thought: some upstreams number them all 0.
/// </summary>
internal sealed class ReasoningDetails
{
    private readonly Dictionary<(string Type, string Index, string Id), DetailEntry> _known = [];
    private DetailEntry? _last;
    private int _count;

    /// <summary>Takes a piece, or with <paramref name="isPiece"/> false a whole entry, among those of a thinking block.</summary>
    public void Add(ReadOnlySpan<byte> json, bool isPiece, List<DetailEntry> block)
    {
        Piece piece = new(json);
        DetailEntry? known = isPiece ? Find(piece) : null;
        if (known is null || known.Block != block)
        {
            // The block of the one that it belongs to may be with the client already.
            known = new DetailEntry(new ReasoningDetail(json), _count++, known, block);
            block.Add(known);
        }
        else
        {
            known.Detail.Add(json);
        }

        Remember(known);
    }

    private void Remember(DetailEntry entry)
    {
        bool newId = entry.Detail.Id.Length != entry.KnownId;
        if (_last == entry && !newId)
        {
            return;
        }

        _last = entry;
        entry.KnownId = entry.Detail.Id.Length;
        string type = Encoding.UTF8.GetString(entry.Detail.Type);
        string index = Encoding.UTF8.GetString(entry.Detail.Index);
        _known[(type, "", "")] = entry;
        _known[(type, index, "")] = entry;
        _known[(type, index, Encoding.UTF8.GetString(entry.Detail.Id))] = entry;
    }

    private DetailEntry? Find(Piece piece)
    {
        if (_last is { } last && IsOf(last, piece))
        {
            return last;
        }

        string type = Encoding.UTF8.GetString(piece.Type);
        string index = Encoding.UTF8.GetString(piece.Index);
        return _known.TryGetValue((type, index, Encoding.UTF8.GetString(piece.Id)), out DetailEntry? known) && IsOf(known, piece) ? known
            : _known.TryGetValue((type, index, ""), out known) && IsOf(known, piece) ? known
            : null;
    }

    private bool IsOf(DetailEntry entry, Piece piece)
    {
        ReasoningDetail detail = entry.Detail;
        bool sameId = piece.Id.SequenceEqual(detail.Id);
        bool sameIndex = piece.Index.SequenceEqual(detail.Index);
        bool numbered = !piece.Index.IsEmpty && !detail.Index.IsEmpty;
        return (piece.Type.IsEmpty ? entry == _last : piece.Type.SequenceEqual(detail.Type))
            && (sameId || piece.Id.IsEmpty || detail.Id.IsEmpty)
            && (numbered ? sameIndex : entry == _last || piece.HasSignatureOnly || (sameIndex && sameId && !piece.Id.IsEmpty))
            && TakesMore(entry, piece);
    }

    private static bool TakesMore(DetailEntry entry, Piece piece)
    {
        ReadOnlySpan<byte> signature = entry.Detail.Signature;
        bool sameSignature = signature.IsEmpty || piece.Signature.SequenceEqual(signature);
        bool isComplete = !signature.IsEmpty && (entry.Detail.HasContent || entry.Continues is not null);
        ReadOnlySpan<byte> data = entry.Detail.Data;
        return (piece.HasText ? sameSignature || !isComplete : sameSignature || piece.Signature.IsEmpty)
            && (piece.Data.IsEmpty || data is not [.., (byte)'='] || piece.Data.SequenceEqual(data));
    }

    private readonly ref struct Piece
    {
        public Piece(ReadOnlySpan<byte> json)
        {
            JsonFields fields = new(json);
            while (fields.MoveNext())
            {
                ReadOnlySpan<byte> value = fields.Value.SequenceEqual("null"u8) || fields.Value.SequenceEqual("\"\""u8) ? [] : fields.Value;
                if (fields.NameIs("type"u8))
                {
                    Type = value;
                }
                else if (fields.NameIs("index"u8))
                {
                    Index = value;
                }
                else if (fields.NameIs("id"u8))
                {
                    Id = value;
                }
                else if (fields.NameIs("signature"u8))
                {
                    Signature = value;
                }
                else if (fields.NameIs("data"u8))
                {
                    Data = JsonRaw.Text(value);
                }
                else if (fields.NameIs("text"u8) || fields.NameIs("summary"u8))
                {
                    HasText |= !value.IsEmpty;
                }
            }
        }

        public ReadOnlySpan<byte> Type { get; }

        public ReadOnlySpan<byte> Index { get; }

        public ReadOnlySpan<byte> Id { get; }

        public ReadOnlySpan<byte> Signature { get; }

        public ReadOnlySpan<byte> Data { get; }

        public bool HasText { get; }

        public bool HasSignatureOnly => !Signature.IsEmpty && !HasText && Data.IsEmpty;
    }
}

/// <summary>An entry, or the rest of one.</summary>
internal sealed class DetailEntry(ReasoningDetail detail, int number, DetailEntry? continues, List<DetailEntry> block)
{
    public ReasoningDetail Detail => detail;

    /// <summary>Its place among all of the answer.</summary>
    public int Number => number;

    /// <summary>The entry of an earlier thinking block to which it belongs.</summary>
    public DetailEntry? Continues => continues;

    public List<DetailEntry> Block => block;

    public int KnownId { get; set; }
}
