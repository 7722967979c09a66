using System.Globalization;
using System.Text;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>Sources of one text block, held until the range of text they stand for is known.</summary>
internal sealed class ChatAnnotations : IDisposable
{
    private readonly PooledBuffer _held = new(256);
    private readonly List<(int Url, int Title, int End)> _marks = [];

    public void Add(in WebSource source)
    {
        int url = _held.Length;
        _held.Append(source.Url);
        int title = _held.Length;
        _held.Append(source.Title);
        _marks.Add((url, title, _held.Length));
    }

    public void Flush(int start, int end, IChatWriter writer)
    {
        foreach ((int url, int title, int stop) in _marks)
        {
            using PooledBuffer json = new(256);
            json.Append("{\"type\":\"url_citation\",\"url_citation\":{\"url\":\""u8);
            json.Append(_held.Span[url..title]);
            json.Append("\",\"title\":\""u8);
            json.Append(_held.Span[title..stop]);
            json.Append(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\",\"start_index\":{start},\"end_index\":{end}}}}}")));
            writer.Annotation(json.Span);
        }

        _marks.Clear();
        _held.Clear();
    }

    public void Dispose() => _held.Dispose();
}
