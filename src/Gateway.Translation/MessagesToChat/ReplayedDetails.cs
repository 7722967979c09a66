using System.Text.Json;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.MessagesToChat;

/// <summary>OpenRouter's <c>reasoning_details</c> of one assistant turn, put together from the signatures of its thinking blocks.</summary>
internal sealed class ReplayedDetails
{
    /// <summary>By number; one that went on in a later block is here once more.</summary>
    private readonly List<ReasoningDetail> _entries = [];

    public void Clear() => _entries.Clear();

    /// <summary>Takes what a signature holds, <paramref name="text"/> being that of its block.</summary>
    public void Add(ThinkingSignature signature, string text)
    {
        AddPieces(signature.Pieces);
        int start = 0;
        foreach (JsonElement entry in signature.EntriesRead.Items())
        {
            int back = 0;
            bool goesOn = entry.IsArray() && entry.GetArrayLength() == 2 && entry[0].ValueKind == JsonValueKind.Number && entry[0].TryGetInt32(out back);
            ReasoningDetail detail = new(JsonFormat.Raw(goesOn ? entry[1] : entry));
            if (signature.HasLengths && !detail.TryFillIn(text, ref start))
            {
                continue;
            }

            if (back > 0 && back <= _entries.Count && _entries[^back].Type.SequenceEqual(detail.Type))
            {
                _entries[^back].Add(detail);
                _entries.Add(_entries[^back]);
            }
            else
            {
                _entries.Add(detail);
            }
        }
    }

    public bool TryWrite(Utf8JsonWriter json)
    {
        if (_entries.Count == 0)
        {
            return false;
        }

        json.WriteStartArray("reasoning_details"u8);
        foreach (ReasoningDetail entry in _entries.Distinct())
        {
            entry.Write(json, lengths: false);
        }

        json.WriteEndArray();
        return true;
    }

    /// <summary>A signature from before streams were put together: what one holds now they would give.</summary>
    private void AddPieces(JsonElement pieces)
    {
        List<DetailEntry> block = [];
        ReasoningDetails details = new();
        foreach (JsonElement piece in pieces.Items())
        {
            details.Add(JsonFormat.Raw(piece), isPiece: true, block);
        }

        _entries.AddRange(block.Select(entry => entry.Detail));
    }
}
