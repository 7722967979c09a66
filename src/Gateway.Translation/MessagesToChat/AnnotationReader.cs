using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Sources that the upstream found on the web. When the request carried Anthropic's web search they are shown as its
/// call and results, from which Claude Code makes its list of links; otherwise as citations of the text.
/// </summary>
internal sealed class AnnotationReader(BlockQueue queue, AnswerContext context)
{
    /// <summary>Searches shown; null when none was asked for.</summary>
    public int? Count { get; private set; }

    public void AddResults(ReadOnlySpan<byte> annotations)
    {
        if (!context.WebSearchOffered || annotations.Length <= 2)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(annotations.ToArray(), JsonFormat.PartOptions);
        List<JsonElement> sources = [.. Sources(document.RootElement)];
        if (sources.Count == 0)
        {
            return;
        }

        Count = (Count ?? 0) + 1;
        string id = $"srvtoolu_{ToolCallIds.Digest($"{context.Id}:search:{Count}", 24)}";
        using PooledBuffer block = new(512);
        using (Utf8JsonWriter json = new(block, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "server_tool_use"u8);
            json.WriteString("id"u8, id);
            json.WriteString("name"u8, "web_search"u8);
            json.WriteStartObject("input"u8);
            json.WriteString("query"u8, context.SearchQuery);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        queue.AddBlock(block.Span);
        block.Clear();
        WriteResults(block, id, sources);
        queue.AddBlock(block.Span);
    }

    public void AddCitations(ReadOnlySpan<byte> annotations)
    {
        if (context.WebSearchOffered || annotations.Length <= 2)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(annotations.ToArray(), JsonFormat.PartOptions);
        foreach (JsonElement source in Sources(document.RootElement))
        {
            using PooledBuffer citation = new(256);
            using (Utf8JsonWriter json = new(citation, JsonFormat.WriterOptions))
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "web_search_result_location"u8);
                json.WriteString("url"u8, source.Text("url"u8));
                json.WriteString("title"u8, source.Text("title"u8));
                json.WriteString("cited_text"u8, source.Text("content"u8) ?? "");
                json.WriteString("encrypted_index"u8, ""u8);
                json.WriteEndObject();
            }

            queue.AddCitation(citation.Span);
        }
    }

    private static void WriteResults(PooledBuffer block, string id, List<JsonElement> sources)
    {
        using Utf8JsonWriter json = new(block, JsonFormat.WriterOptions);
        json.WriteStartObject();
        json.WriteString("type"u8, "web_search_tool_result"u8);
        json.WriteString("tool_use_id"u8, id);
        json.WriteStartArray("content"u8);
        foreach (JsonElement source in sources)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "web_search_result"u8);
            json.WriteString("url"u8, source.Text("url"u8));
            json.WriteString("title"u8, source.Text("title"u8) ?? source.Text("url"u8));
            json.WriteString("encrypted_content"u8, ""u8);
            json.WriteNull("page_age"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<JsonElement> Sources(JsonElement annotations) =>
        annotations.Items()
            .Where(a => a.Member("type"u8).Is("url_citation"u8))
            .Select(a => a.Member("url_citation"u8) is { ValueKind: JsonValueKind.Object } nested ? nested : a)
            .Where(s => s.Text("url"u8) is not null);
}
