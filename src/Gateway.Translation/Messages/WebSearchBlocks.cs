using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// A search of the upstream in Anthropic's words: its call and its results, from which Claude Code makes its list of
/// links. Sources of a text are citations.
/// </summary>
internal sealed class WebSearchBlocks(AnswerContext context)
{
    private readonly List<(string Url, string Title)> _results = [];
    private string _query = "";

    /// <summary>Searches shown; null when there was none.</summary>
    public int? Count { get; private set; }

    /// <summary>There is something to show: results, or what was searched for.</summary>
    public bool HasSearch => _results.Count > 0 || _query.Length > 0;

    /// <summary>What the upstream says that it searched for.</summary>
    public void AddQuery(JsonText piece) => _query += piece.ToString();

    public void Add(in WebSource source)
    {
        string url = JsonUnescape.ToText(source.Url);
        _results.Add((url, source.HasTitle ? JsonUnescape.ToText(source.Title) : url));
    }

    /// <summary>The two blocks of the search that is over.</summary>
    public (byte[] Call, byte[] Results) Take()
    {
        Count = (Count ?? 0) + 1;
        string id = $"srvtoolu_{ToolCallIds.Digest($"{context.Id}:search:{Count}", 24)}";
        using PooledBuffer call = new(512);
        using (Utf8JsonWriter json = new(call, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "server_tool_use"u8);
            json.WriteString("id"u8, id);
            json.WriteString("name"u8, "web_search"u8);
            json.WriteStartObject("input"u8);
            json.WriteString("query"u8, _query.Length > 0 ? _query : context.SearchQuery);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        using PooledBuffer results = new(512);
        WriteResults(results, id);
        _results.Clear();
        _query = "";
        return (call.Span.ToArray(), results.Span.ToArray());
    }

    public static PooledBuffer Citation(in WebSource source)
    {
        PooledBuffer citation = new(256);
        using Utf8JsonWriter json = new(citation, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_result_location"u8);
        json.WriteString("url"u8, JsonUnescape.ToText(source.Url));
        json.WriteString("title"u8, source.HasTitle ? JsonUnescape.ToText(source.Title) : null);
        json.WriteString("cited_text"u8, JsonUnescape.ToText(source.Quote));
        json.WriteString("encrypted_index"u8, ""u8);
        json.WriteEndObject();
        return citation;
    }

    private void WriteResults(PooledBuffer block, string id)
    {
        using Utf8JsonWriter json = new(block, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_tool_result"u8);
        json.WriteString("tool_use_id"u8, id);
        json.WriteStartArray("content"u8);
        foreach ((string url, string title) in _results)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "web_search_result"u8);
            json.WriteString("url"u8, url);
            json.WriteString("title"u8, title);
            json.WriteString("encrypted_content"u8, ""u8);
            json.WriteNull("page_age"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
