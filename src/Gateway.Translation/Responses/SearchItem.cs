using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>A search that the upstream ran by itself.</summary>
internal sealed class SearchItem : ResponsesBlock
{
    private readonly ResponsesOutput _output;
    private readonly ItemPlace _place;
    private readonly PooledBuffer _query = new(64);
    private readonly PooledBuffer _sources = new(256);

    public SearchItem(ResponsesOutput output)
    {
        _output = output;
        _place = output.Add("ws_", "\"type\":\"web_search_call\",\"status\":\"in_progress\""u8);
        Tell(ResponsesEvents.SearchInProgress);
        Tell(ResponsesEvents.Searching);
    }

    public override void Append(JsonText piece) => piece.AppendEscaped(_query);

    public override void Cite(in WebSource source)
    {
        _sources.Append(_sources.Length > 0 ? ",{\"type\":\"url\",\"url\":\""u8 : "{\"type\":\"url\",\"url\":\""u8);
        _sources.Append(source.Url);
        _sources.Append("\"}"u8);
    }

    public override void Close()
    {
        Tell(ResponsesEvents.SearchCompleted);
        _output.Finish(_place,
        [
            .. "\"type\":\"web_search_call\",\"status\":\"completed\",\"action\":{\"type\":\"search\",\"query\":\""u8, .. _query.Span,
            .. "\",\"sources\":["u8, .. _sources.Span, .. "]}"u8,
        ]);
    }

    public override void Dispose()
    {
        _query.Dispose();
        _sources.Dispose();
    }

    private void Tell(ReadOnlySpan<byte> type)
    {
        if (_output.Events is { } events)
        {
            _output.Begin(_place, type);
            events.End();
        }
    }
}
