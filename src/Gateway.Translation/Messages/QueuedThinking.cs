using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// A thinking block. Its signature is made when it ends: it vouches for the text and carries what the upstream wants back
/// on the next turn.
/// </summary>
internal sealed class QueuedThinking(IMessagesWriter writer, ReasoningDetails details, string origin, bool omitText) : QueuedBlock
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PooledBuffer _waiting = new(256);
    private readonly PooledBuffer _text = new(256);
    private readonly List<DetailEntry> _entries = [];
    private readonly PooledBuffer _callData = new(256);
    private byte[]? _item;
    private bool _hasText;

    public override void Append(JsonText piece)
    {
        int start = _text.Length;
        piece.AppendPlain(_text);
        _hash.AppendData(_text.Span[start..]);
        _hasText = true;
        if (!omitText)
        {
            _text.Clear();
            piece.AppendEscaped(_waiting);
        }

        if (Leads)
        {
            Flush();
        }
    }

    /// <summary>Keeps an element of <c>reasoning_details</c>, or a piece of one, for the next turn.</summary>
    public void KeepDetail(ReadOnlySpan<byte> json, bool isPiece) => details.Add(json, isPiece, _entries);

    /// <summary>Keeps vendor data of a tool call for the next turn.</summary>
    public void KeepCallData(string callId, ReadOnlySpan<byte> json)
    {
        _callData.Append(_callData.Length > 0 ? ",\""u8 : "\""u8);
        _callData.AppendEscaped(callId);
        _callData.Append("\":"u8);
        _callData.Append(json);
    }

    /// <summary>Keeps the reasoning item of a response for the next turn.</summary>
    public void KeepItem(ReadOnlySpan<byte> json) => _item = json.ToArray();

    public override void End()
    {
        Flush();
        if (!IsOpen && _item is not null)
        {
            // A thought without a word of text: Anthropic's own form for one whose text is left out.
            IsOpen = true;
            writer.StartThinking();
        }

        if (IsOpen)
        {
            writer.WriteSignature(Signature());
            writer.StopBlock();
        }
        else if (_entries.Count > 0)
        {
            // Encrypted reasoning without a word of text.
            writer.WriteBlock(Encoding.UTF8.GetBytes($"{{\"type\":\"redacted_thinking\",\"data\":\"{Signature()}\"}}"));
        }
    }

    public override void Dispose()
    {
        _hash.Dispose();
        _waiting.Dispose();
        _text.Dispose();
        _callData.Dispose();
    }

    protected override void Flush()
    {
        if (!_hasText && _callData.Length == 0)
        {
            return;
        }

        if (!IsOpen)
        {
            IsOpen = true;
            writer.StartThinking();
        }

        if (_waiting.Length > 0)
        {
            writer.WriteThinking(JsonText.Escaped(_waiting.Span));
            _waiting.Clear();
        }
    }

    private string Signature()
    {
        string hash = Convert.ToHexStringLower(_hash.GetCurrentHash())[..16];
        return new ThinkingSignature(origin, hash)
        {
            Text = omitText ? Encoding.UTF8.GetString(_text.Span) : null,
            Entries = _entries,
            Item = _item is null ? default : JsonElement.Parse(_item, JsonFormat.PartOptions),
            Extra = _callData.Length == 0 ? default : JsonElement.Parse([(byte)'{', .. _callData.Span, (byte)'}'], JsonFormat.PartOptions),
        }.Encode();
    }
}
