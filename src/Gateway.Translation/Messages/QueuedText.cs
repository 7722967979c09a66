using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>Text. White space alone opens no block: Anthropic refuses such a block when it is sent back.</summary>
internal sealed class QueuedText(IMessagesWriter writer) : QueuedBlock
{
    private readonly PooledBuffer _waiting = new(256);

    public override void Append(JsonText piece)
    {
        if (Leads && IsOpen)
        {
            writer.WriteText(piece);
            return;
        }

        piece.AppendEscaped(_waiting);
        if (Leads)
        {
            Flush();
        }
    }

    /// <summary>Without text at the client there is nothing to cite.</summary>
    public void Cite(ReadOnlySpan<byte> citation)
    {
        if (Leads && IsOpen)
        {
            writer.WriteCitation(citation);
        }
    }

    public override void End()
    {
        if (IsOpen)
        {
            writer.StopBlock();
        }
    }

    public override void Dispose() => _waiting.Dispose();

    protected override void Flush()
    {
        if (_waiting.Length == 0 || (!IsOpen && IsBlank(_waiting.Span)))
        {
            return;
        }

        if (!IsOpen)
        {
            IsOpen = true;
            writer.StartText();
        }

        writer.WriteText(JsonText.Escaped(_waiting.Span));
        _waiting.Clear();
    }

    private static bool IsBlank(ReadOnlySpan<byte> escaped)
    {
        if (escaped.IndexOf("\\u"u8) >= 0)
        {
            return string.IsNullOrWhiteSpace(JsonUnescape.ToText(escaped));
        }

        for (int i = 0; i < escaped.Length; i++)
        {
            bool escapedSpace = escaped[i] == (byte)'\\' && i + 1 < escaped.Length && escaped[i + 1] is (byte)'n' or (byte)'r' or (byte)'t';
            if (!escapedSpace && escaped[i] != ' ')
            {
                return false;
            }

            i += escapedSpace ? 1 : 0;
        }

        return true;
    }
}
