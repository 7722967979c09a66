using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tokens;

/// <summary>A running sum over texts that come as JSON strings: counted by a tokenizer if there is one, otherwise estimated.</summary>
internal sealed class TextCost(Func<ReadOnlySpan<byte>, long>? countText) : IDisposable
{
    /// <summary>Holds a text whose escapes had to be undone.</summary>
    private readonly PooledBuffer _plain = new();

    /// <summary>In thousandths of a token.</summary>
    private long _cost;

    public long Tokens => (_cost + TextTokens.Unit - 1) / TextTokens.Unit;

    public void Add(long tokens) => _cost += tokens * TextTokens.Unit;

    /// <summary>Adds a string's text; anything else is nothing.</summary>
    public void Add(JsonElement text)
    {
        if (text.IsText())
        {
            AddEscaped(JsonFormat.RawText(text));
        }
    }

    public void AddEscaped(ReadOnlySpan<byte> escaped)
    {
        ReadOnlySpan<byte> text = Plain(escaped);
        _cost += countText is null ? TextTokens.Cost(text) : countText(text) * TextTokens.Unit;
    }

    /// <summary>What follows <c>;base64,</c> in a data URI; empty for any other address. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Base64(JsonElement url)
    {
        ReadOnlySpan<byte> address = url.IsText() ? Plain(JsonFormat.RawText(url)) : [];
        int comma = address.StartsWith("data:"u8) ? address.IndexOf((byte)',') : -1;
        return comma > 0 && address[..comma].EndsWith(";base64"u8) ? address[(comma + 1)..] : [];
    }

    public void Dispose() => _plain.Dispose();

    private ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> escaped)
    {
        if (!escaped.Contains((byte)'\\'))
        {
            return escaped;
        }

        _plain.Clear();
        JsonUnescape.Append(escaped, _plain);
        return _plain.Span;
    }
}
