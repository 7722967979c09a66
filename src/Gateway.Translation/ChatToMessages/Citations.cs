using System.Buffers;
using System.Globalization;
using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Web citations of a text block, held until the range of text they stand for is known.</summary>
internal sealed class Citations : IDisposable
{
    private readonly PooledBuffer _held = new(16);
    private readonly List<(int Url, int Title, int End)> _marks = [];

    /// <summary>Takes a citation object; those of documents have no address and are dropped.</summary>
    public void Add(ReadOnlySpan<byte> citation)
    {
        if (!JsonRaw.Text(JsonFields.Find(citation, "type"u8)).SequenceEqual("web_search_result_location"u8))
        {
            return;
        }

        int url = _held.Length;
        _held.Append(JsonRaw.Text(JsonFields.Find(citation, "url"u8)));
        int title = _held.Length;
        _held.Append(JsonRaw.Text(JsonFields.Find(citation, "title"u8)));
        _marks.Add((url, title, _held.Length));
    }

    public void Flush(int start, int end, IChatSink sink, IBufferWriter<byte> client)
    {
        foreach ((int url, int title, int stop) in _marks)
        {
            using PooledBuffer json = new(256);
            json.Append("{\"type\":\"url_citation\",\"url_citation\":{\"url\":\""u8);
            json.Append(_held.Span[url..title]);
            json.Append("\",\"title\":\""u8);
            json.Append(_held.Span[title..stop]);
            json.Append(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\",\"start_index\":{start},\"end_index\":{end}}}}}")));
            sink.Annotation(json.Span, client);
        }

        _marks.Clear();
        _held.Clear();
    }

    public void Dispose() => _held.Dispose();
}
