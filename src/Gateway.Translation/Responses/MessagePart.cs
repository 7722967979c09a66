using System.Globalization;
using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>A text of a message, or the words of a refusal. White space waits for a word: models put some before their calls.</summary>
internal sealed class MessagePart : ResponsesBlock
{
    private readonly MessageItem _message;
    private readonly bool _isRefusal;
    private readonly PooledBuffer _text = new(256);
    private readonly PooledBuffer _annotations = new(16);
    private readonly List<byte[]> _waiting = [];
    private byte[]? _where;
    private int _characters;
    private int _cited;

    public MessagePart(MessageItem message, bool isRefusal)
    {
        (_message, _isRefusal) = (message, isRefusal);
        message.BeginPart();
    }

    public override void Append(JsonText piece)
    {
        if (_where is null && IsBlank(piece))
        {
            piece.AppendEscaped(_text);
            _characters += piece.CountCharacters();
            return;
        }

        bool waited = _where is null && _text.Length > 0;
        Show();
        piece.AppendEscaped(_text);
        _characters += piece.CountCharacters();
        _message.Output.Tell(_message.Place, _isRefusal ? ResponsesEvents.RefusalDelta : ResponsesEvents.TextDelta, _where, "delta"u8, waited ? JsonText.Escaped(_text.Span) : piece);
    }

    /// <summary>A source that comes before its text waits for its end: it stands for all of it.</summary>
    public override void Cite(in WebSource source)
    {
        _waiting.Add([
            .. "{\"type\":\"url_citation\",\"url\":\""u8, .. source.Url, .. "\",\"title\":\""u8, .. source.Title, .. "\",\"start_index\":0,\"end_index\":"u8,
        ]);
        if (_where is not null)
        {
            WriteSources();
        }
    }

    public override void Close()
    {
        if (_where is null)
        {
            _message.EndPart([]);
            return;
        }

        WriteSources();
        JsonText text = JsonText.Escaped(_text.Span);
        _message.Output.Tell(_message.Place, _isRefusal ? ResponsesEvents.RefusalDone : ResponsesEvents.TextDone, _where, _isRefusal ? "refusal"u8 : "text"u8, text);
        byte[] part = Part(_text.Span, _annotations.Span);
        _message.Output.TellPart(_message.Place, ResponsesEvents.PartDone, _where, part);
        _message.EndPart(part);
    }

    public override void Dispose()
    {
        _text.Dispose();
        _annotations.Dispose();
        _message.Dispose();
    }

    private void Show()
    {
        if (_where is null)
        {
            _where = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"content_index\":{_message.ShowPart()}"));
            _message.Output.TellPart(_message.Place, ResponsesEvents.PartAdded, _where, Part([], []));
        }
    }

    private void WriteSources()
    {
        foreach (byte[] source in _waiting)
        {
            byte[] annotation = [.. source, .. Encoding.ASCII.GetBytes(_characters.ToString(CultureInfo.InvariantCulture)), .. "}"u8];
            _annotations.Append(_cited > 0 ? ","u8 : ""u8);
            _annotations.Append(annotation);
            if (_message.Output.Events is { } events)
            {
                PooledBuffer output = _message.Output.Begin(_message.Place, ResponsesEvents.AnnotationAdded);
                output.Append(_where);
                output.Append(",\"annotation_index\":"u8);
                ResponsesEventWriter.Append(output, _cited);
                output.Append(",\"annotation\":"u8);
                output.Append(annotation);
                events.End();
            }

            _cited++;
        }

        _waiting.Clear();
    }

    private byte[] Part(ReadOnlySpan<byte> text, ReadOnlySpan<byte> annotations) => _isRefusal
        ? [.. "{\"type\":\"refusal\",\"refusal\":\""u8, .. text, .. "\"}"u8]
        : [.. "{\"type\":\"output_text\",\"text\":\""u8, .. text, .. "\",\"annotations\":["u8, .. annotations, .. "],\"logprobs\":[]}"u8];

    private static bool IsBlank(JsonText piece)
    {
        using PooledBuffer plain = new(64);
        piece.AppendPlain(plain);
        return !plain.Span.ContainsAnyExcept(" \t\r\n"u8);
    }
}
