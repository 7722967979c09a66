using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// Searches that Claude's server ran: what was searched for comes as the input of a server's tool, the pages in the block of
/// its result. A search is open from the one to the other, and closed by whatever is said before there is a result.
/// </summary>
internal sealed class ClaudeSearches(IAnswerSink sink) : IDisposable
{
    private readonly PooledBuffer _input = new(64);
    private byte[] _id = [];
    private int _block = -1;
    private int? _index;

    private bool IsOpen => _block >= 0;

    /// <summary>Opens a search; false for other tools.</summary>
    /// <param name="block">What the upstream said.</param>
    /// <param name="index">The upstream's number of it.</param>
    /// <param name="number">Its number in the sink.</param>
    public bool TryOpen(ReadOnlySpan<byte> block, int? index, int number)
    {
        if (!JsonRaw.Text(JsonFields.Find(block, "type"u8)).SequenceEqual("server_tool_use"u8) || !JsonRaw.Text(JsonFields.Find(block, "name"u8)).SequenceEqual("web_search"u8))
        {
            return false;
        }

        Close();
        (_block, _index, _id) = (number, index, JsonFields.Find(block, "id"u8).ToArray());
        sink.Open(number, BlockKind.Search);
        if (JsonFields.Find(block, "input"u8) is [(byte)'{', ..] input && !JsonRaw.SaysNothing(input))
        {
            _input.Append(input);
        }

        return true;
    }

    /// <summary>More of what is searched for; false when the piece belongs to something else.</summary>
    public bool TryAppend(ReadOnlySpan<byte> escaped, int? index)
    {
        if (!IsOpen || index != _index)
        {
            return false;
        }

        JsonUnescape.Append(escaped, _input);
        return true;
    }

    /// <summary>Takes the pages that were found; false for other results.</summary>
    public bool TryTakeResult(ReadOnlySpan<byte> block)
    {
        if (!JsonRaw.Text(JsonFields.Find(block, "type"u8)).SequenceEqual("web_search_tool_result"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> id = JsonFields.Find(block, "tool_use_id"u8);
        if (IsOpen && (id.IsEmpty || id.SequenceEqual(_id)))
        {
            TellQuery();
            JsonItems pages = new(JsonFields.Find(block, "content"u8));
            while (pages.MoveNext())
            {
                ReadOnlySpan<byte> url = JsonFields.Find(pages.Value, "url"u8);
                ReadOnlySpan<byte> title = JsonFields.Find(pages.Value, "title"u8);
                if (JsonRaw.IsText(url))
                {
                    sink.Cite(_block, new WebSource { Url = JsonRaw.Text(url), Title = JsonRaw.Text(title), HasTitle = JsonRaw.IsText(title) });
                }
            }

            Close();
        }

        return true;
    }

    /// <summary>Nothing more comes to it.</summary>
    public void Close()
    {
        if (IsOpen)
        {
            TellQuery();
            sink.Close(_block);
            _block = -1;
        }
    }

    public void Dispose() => _input.Dispose();

    /// <summary>Once; an input that cannot be read says nothing.</summary>
    private void TellQuery()
    {
        if (_input.Length == 0)
        {
            return;
        }

        try
        {
            ReadOnlySpan<byte> query = JsonRaw.Text(JsonFields.Find(CutJson.Close(_input.Span) ?? _input.Span, "query"u8));
            if (!query.IsEmpty)
            {
                sink.Append(_block, JsonText.Escaped(query));
            }
        }
        catch (JsonException)
        {
            // The pages that were found say what it was about.
        }

        _input.Clear();
    }
}
