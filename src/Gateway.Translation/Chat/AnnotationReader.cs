using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Chat;

/// <summary>
/// Pages on the web that the upstream names beside its text. When the client offered a search they are told as one, in
/// front of the text; otherwise as sources of the text, behind it.
/// </summary>
internal sealed class AnnotationReader(ChatBlocks blocks, AnswerContext context)
{
    public void AddSearch(ReadOnlySpan<byte> annotations)
    {
        if (context.WebSearchOffered)
        {
            Cite(annotations, search: true);
        }
    }

    public void AddCitations(ReadOnlySpan<byte> annotations)
    {
        if (!context.WebSearchOffered && blocks.CurrentText >= 0)
        {
            Cite(annotations, search: false);
        }
    }

    private void Cite(ReadOnlySpan<byte> annotations, bool search)
    {
        JsonItems items = new(annotations);
        bool any = false;
        while (items.MoveNext())
        {
            if (TryRead(items.Value, out WebSource source))
            {
                blocks.Sink.Cite(search ? blocks.Of(BlockKind.Search) : blocks.CurrentText, source);
                any = true;
            }
        }

        if (search && any)
        {
            blocks.CloseCurrent();
        }
    }

    /// <summary>Reads one annotation; false when it names no page.</summary>
    public static bool TryRead(ReadOnlySpan<byte> annotation, out WebSource source)
    {
        source = default;
        if (!JsonUnescape.Matches(JsonRaw.Text(JsonFields.FindByName(annotation, "type"u8)), "url_citation"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> nested = JsonFields.FindByName(annotation, "url_citation"u8);
        annotation = nested is [(byte)'{', ..] ? nested : annotation;
        ReadOnlySpan<byte> url = JsonFields.FindByName(annotation, "url"u8);
        ReadOnlySpan<byte> title = JsonFields.FindByName(annotation, "title"u8);
        source = new WebSource
        {
            Url = JsonRaw.Text(url),
            Title = JsonRaw.Text(title),
            HasTitle = JsonRaw.IsText(title),
            Quote = JsonRaw.Text(JsonFields.FindByName(annotation, "content"u8)),
        };
        return JsonRaw.IsText(url);
    }
}
