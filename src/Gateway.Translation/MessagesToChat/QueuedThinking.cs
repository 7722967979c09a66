using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// A thinking block. Its signature is made when it closes: it vouches for the text and carries what the upstream wants
/// back on the next turn.
/// </summary>
internal sealed class QueuedThinking(IMessagesSink sink, string origin, bool omitText) : QueuedBlock
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PooledBuffer _text = new(256);
    private readonly PooledBuffer _details = new(256);
    private readonly PooledBuffer _extra = new(256);
    private bool _hasText;

    public void Add(ReadOnlySpan<byte> escaped, bool isHead)
    {
        int start = _text.Length;
        JsonUnescape.Append(escaped, _text);
        _hash.AppendData(_text.Span[start..]);
        _hasText = true;
        if (!omitText)
        {
            _text.Clear();
            Waiting.Append(escaped);
        }

        if (isHead)
        {
            Flush();
        }
    }

    /// <summary>Keeps elements of <c>reasoning_details</c> (JSON, separated by commas) for the next turn.</summary>
    public void AddDetails(ReadOnlySpan<byte> elements)
    {
        _details.Append(_details.Length > 0 ? ","u8 : []);
        _details.Append(elements);
    }

    /// <summary>Keeps vendor data of a tool call for the next turn.</summary>
    public void AddExtra(string callId, ReadOnlySpan<byte> json)
    {
        _extra.Append(_extra.Length > 0 ? ",\""u8 : "\""u8);
        _extra.AppendEscaped(callId);
        _extra.Append("\":"u8);
        _extra.Append(json);
    }

    public override void Flush()
    {
        if (!_hasText && _extra.Length == 0)
        {
            return;
        }

        if (!IsOpen)
        {
            IsOpen = true;
            sink.StartThinking();
        }

        if (Waiting.Length > 0)
        {
            sink.WriteThinking(Waiting.Span);
            Waiting.Clear();
        }
    }

    public override void Close()
    {
        Flush();
        if (IsOpen)
        {
            sink.WriteSignature(Signature());
            sink.StopBlock();
        }
        else if (_details.Length > 0)
        {
            // Encrypted reasoning without a word of text.
            IsOpen = true;
            sink.WriteBlock(Encoding.UTF8.GetBytes($"{{\"type\":\"redacted_thinking\",\"data\":\"{Signature()}\"}}"));
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _hash.Dispose();
        _text.Dispose();
        _details.Dispose();
        _extra.Dispose();
    }

    private string Signature()
    {
        string hash = Convert.ToHexStringLower(_hash.GetCurrentHash())[..16];
        return new ThinkingSignature(origin, hash)
        {
            Text = omitText ? Encoding.UTF8.GetString(_text.Span) : null,
            Details = Parse("["u8, _details, "]"u8),
            Extra = Parse("{"u8, _extra, "}"u8),
        }.Encode();
    }

    private static JsonElement Parse(ReadOnlySpan<byte> head, PooledBuffer inner, ReadOnlySpan<byte> tail) =>
        inner.Length == 0 ? default : JsonElement.Parse([.. head, .. inner.Span, .. tail], JsonFormat.PartOptions);
}
