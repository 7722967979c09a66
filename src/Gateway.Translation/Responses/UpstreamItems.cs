using Gateway.Translation.Chat;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.Responses;

/// <summary>
/// Follows the items of a response, and tells each once: from its pieces, and what those did not bring from the whole
/// item, or from the whole response. Texts and thoughts come one after the other: an item that speaks while another one
/// is being said waits for the end of that one.
/// </summary>
internal sealed class UpstreamItems(ChatBlocks blocks, FactsReader facts, AnswerContext context) : IDisposable
{
    private readonly ChatChoiceReader _speech = new(blocks, context);
    private readonly CallNames _names = new(context);
    private readonly List<UpstreamItem> _items = [];
    private readonly Dictionary<int, UpstreamItem> _byIndex = [];
    private UpstreamItem? _speaking;
    private SpokenText _spoken;

    /// <summary>What was told last is text, with which a new text would run together.</summary>
    private bool _afterText;

    /// <summary>Tokens of all that was said.</summary>
    public long SpokenTokens => _spoken.Tokens;

    public string? MatchedStop => _speech.MatchedStop;

    public bool Refused => _speech.Refused;

    /// <summary>The arguments of a call turned out to be no JSON when the client had members of them already.</summary>
    public bool HasLost => _items.Exists(item => item.Call is { IsLost: true });

    /// <summary>An item begins.</summary>
    public void Begin(int? index, ReadOnlySpan<byte> json)
    {
        UpstreamItem item = Place(index, json);
        item.IsAnnounced = true;
        if (item.IsCall)
        {
            byte[] copy = json.ToArray();
            InTurn(item, () => OpenCall(item, copy));
        }
        else if (item.Kind is UpstreamItemKind.Message or UpstreamItemKind.Reasoning)
        {
            InTurn(item, () => { });
        }
    }

    /// <summary>More of a text, a refusal or a thought.</summary>
    /// <param name="e">The event.</param>
    /// <param name="kind">Whose it is.</param>
    /// <param name="text">In JSON; all of the part when <paramref name="whole"/> says so.</param>
    /// <param name="refusal">The words say that there will be no answer.</param>
    /// <param name="summary">It is the summary of a thought.</param>
    /// <param name="whole">It is the whole part, of which nothing may have come.</param>
    public void Say(in ResponsesEvent e, UpstreamItemKind kind, ReadOnlySpan<byte> text, bool refusal = false, bool summary = false, bool whole = false)
    {
        UpstreamItem item = Find(e, kind);
        int part = e.Part;
        byte[] escaped = JsonRaw.Text(text).ToArray();
        InTurn(item, () => Tell(item, part, escaped, refusal, summary, whole));
    }

    /// <summary>More of a call's arguments, or all of them.</summary>
    public void Input(in ResponsesEvent e, UpstreamItemKind kind, ReadOnlySpan<byte> value, bool whole)
    {
        UpstreamItem item = Find(e, kind);
        byte[] copy = value.ToArray();
        InTurn(item, () => Fill(item, copy, whole));
    }

    public void Cite(in ResponsesEvent e, ReadOnlySpan<byte> annotation)
    {
        UpstreamItem item = Find(e, UpstreamItemKind.Message);
        byte[] copy = annotation.ToArray();
        InTurn(item, () => TellSource(item, copy));
    }

    /// <summary>An item as the server has it at its end.</summary>
    public void End(int? index, ReadOnlySpan<byte> json) => End(Place(index, json), json);

    /// <summary>The items as the response has them at its end: what did not come before is told now.</summary>
    /// <param name="output">The list of them.</param>
    /// <param name="halves">Calls that broke off are told as far as they came; else those that nobody has heard of are left out.</param>
    public void EndAll(ReadOnlySpan<byte> output, bool halves)
    {
        HashSet<UpstreamItem> met = [];
        JsonItems items = new(output);
        for (int index = 0; items.MoveNext(); index++)
        {
            UpstreamItemKind kind = UpstreamItemReader.KindOf(items.Value);
            UpstreamItem? known = Known(index, UpstreamItemReader.Id(items.Value), kind, met);
            if (known is null && !halves && UpstreamItemReader.IsHalfCall(items.Value, kind))
            {
                continue;
            }

            UpstreamItem item = known ?? Add(kind, null);
            met.Add(item);
            End(item, items.Value);
        }
    }

    /// <summary>The answer is over: what waited goes out, and everything is closed.</summary>
    public void Close(bool cut)
    {
        Release(null);
        foreach (UpstreamItem item in _items)
        {
            item.Call?.End();
        }

        _speech.End(cut);
    }

    public void Dispose()
    {
        _speech.Dispose();
        foreach (UpstreamItem item in _items)
        {
            item.Dispose();
        }
    }

    private UpstreamItem? Known(int index, string? id, UpstreamItemKind kind, HashSet<UpstreamItem> met) =>
        _items.Find(item => item.Kind == kind && !met.Contains(item) && id is not null && item.Id == id)
        ?? _items.Find(item => item.Kind == kind && !met.Contains(item) && item.Index == index)
        ?? _items.Find(item => item.Kind == kind && !met.Contains(item));

    /// <summary>The item of an event that holds one.</summary>
    private UpstreamItem Place(int? index, ReadOnlySpan<byte> json)
    {
        UpstreamItemKind kind = UpstreamItemReader.KindOf(json);
        string? id = UpstreamItemReader.Id(json);
        UpstreamItem? known = index is { } at ? _byIndex.GetValueOrDefault(at) : _items.FindLast(item => item.Kind == kind && !item.IsDone && (id is null || item.Id is null || item.Id == id));
        bool isAnother = known is not null && (known.Kind != kind || (known.IsDone && id is not null && id != known.Id));
        UpstreamItem item = known is null || isAnother ? Add(kind, index) : known;
        item.Id ??= id;
        return item;
    }

    /// <summary>The item of an event that holds a piece of one; some servers begin without saying so.</summary>
    private UpstreamItem Find(in ResponsesEvent e, UpstreamItemKind kind)
    {
        string? id = e.ItemId.IsEmpty ? null : JsonUnescape.ToText(e.ItemId);
        UpstreamItem? known = e.OutputIndex is { } index ? _byIndex.GetValueOrDefault(index)
            : id is not null ? _items.FindLast(item => item.Id == id)
            : _items.FindLast(item => item.Kind == kind && !item.IsDone);
        known = known is null || known.Kind == kind ? known : null;
        UpstreamItem item = known ?? Add(kind, e.OutputIndex);
        item.Id ??= id;
        return item;
    }

    private UpstreamItem Add(UpstreamItemKind kind, int? index)
    {
        bool isCall = kind is UpstreamItemKind.Function or UpstreamItemKind.Custom;
        UpstreamItem item = new(kind, index) { Call = isCall ? new ChatCall(blocks, null, _names, holdArguments: !context.Streaming) : null };
        if (kind == UpstreamItemKind.Custom)
        {
            item.Call!.SetCustom();
        }

        _items.Add(item);
        if (index is { } at)
        {
            _byIndex[at] = item;
        }

        return item;
    }

    private void End(UpstreamItem item, ReadOnlySpan<byte> json)
    {
        if (item.IsDone)
        {
            return;
        }

        item.IsDone = true;
        byte[] copy = json.ToArray();
        InTurn(item, () => Finish(item, copy));
        Release(item);
    }

    /// <summary>Tells it now, or when those who speak are done. Who never said that it begins never says that it ends, so nobody waits for it.</summary>
    private void InTurn(UpstreamItem item, Action tell)
    {
        bool busy = _speaking is { IsAnnounced: true, IsDone: false } speaking && speaking != item;
        if (busy || item.Waits)
        {
            item.Wait(tell);
            return;
        }

        if (!item.IsCall && item != _speaking)
        {
            _speech.Flush();
            blocks.CloseCurrent();
            _speaking = item;
        }

        tell();
    }

    /// <summary>It has said all: who waited has its turn. Null ends the waiting of all.</summary>
    private void Release(UpstreamItem? done)
    {
        if (done is not null && done != _speaking && _speaking is { IsDone: false, IsAnnounced: true })
        {
            return;
        }

        foreach (UpstreamItem item in _items.Where(item => item.Waits).ToList())
        {
            if (!item.IsCall)
            {
                _speech.Flush();
                blocks.CloseCurrent();
                _speaking = item;
            }

            item.TellWaiting();
            if (done is not null && !item.IsCall && !item.IsDone)
            {
                return;
            }
        }
    }

    private void Tell(UpstreamItem item, int part, ReadOnlySpan<byte> escaped, bool refusal, bool summary, bool whole)
    {
        bool isThought = item.Kind == UpstreamItemKind.Reasoning;
        if (escaped.IsEmpty || MatchedStop is not null || (isThought && (item.IsSummary ??= summary) != summary))
        {
            return;
        }

        if (whole)
        {
            escaped = UpstreamItemReader.Rest(escaped, item.ToldOf(part));
            if (escaped.IsEmpty)
            {
                return;
            }
        }

        if (isThought)
        {
            for (int before = Math.Max(item.LastPart, 0); before < part; before++)
            {
                _speech.AddReasoning("\\n\\n"u8);
            }

            _spoken.AddThought(escaped);
            _speech.AddReasoning(escaped);
            _afterText &= !context.ThinkingWanted;
        }
        else
        {
            if (_afterText && item.LastPart < part)
            {
                _speech.Flush();
                blocks.Say(BlockKind.Text, "\\n\\n"u8);
            }

            _afterText = true;
            _spoken.Add(escaped);
            if (refusal)
            {
                _speech.AddRefusal(escaped);
            }
            else
            {
                _speech.AddText(escaped);
            }
        }

        item.Told(part, UpstreamItemReader.LengthOf(escaped));
    }

    private void OpenCall(UpstreamItem item, ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> name = JsonRaw.Text(JsonFields.FindByName(json, "name"u8));
        if (item.Call!.Name is not null || name.IsEmpty || MatchedStop is not null)
        {
            return;
        }

        ReadOnlySpan<byte> id = JsonRaw.Text(JsonFields.FindByName(json, "call_id"u8));
        id = id.IsEmpty ? JsonRaw.Text(JsonFields.FindByName(json, "id"u8)) : id;
        _speech.Flush();
        item.Call.Id = id.IsEmpty ? null : JsonUnescape.ToText(id);
        item.Call.AddName(JsonUnescape.ToText(name));
        blocks.CountCall(name.Length);
        item.Call.EndName();
        _afterText = false;
    }

    private void Fill(UpstreamItem item, ReadOnlySpan<byte> value, bool whole)
    {
        bool isText = JsonRaw.IsText(value);
        ChatCall call = item.Call!;
        if (value.IsEmpty || MatchedStop is not null || (!isText && !whole) || (whole && item.LastPart >= 0 && call.IsWhole))
        {
            return;
        }

        int told = item.ToldOf(0);
        int length = isText ? UpstreamItemReader.LengthOf(JsonRaw.Text(value)) : value.Length;
        byte[] rest = whole && isText && told > 0 ? [(byte)'"', .. UpstreamItemReader.Rest(JsonRaw.Text(value), told), (byte)'"'] : value.ToArray();
        if (whole && told > 0 && (!isText || rest.Length == 2))
        {
            return;
        }

        item.Told(0, whole ? length - told : length);
        _spoken.AddArguments(rest);
        blocks.CountCall(rest.Length);
        if (item.Kind == UpstreamItemKind.Custom)
        {
            call.AddCustomInput(rest);
        }
        else
        {
            call.AddArguments(rest);
        }

        call.Tell();
    }

    private void TellSource(UpstreamItem item, ReadOnlySpan<byte> annotation)
    {
        item.Cited++;
        if (blocks.CurrentText >= 0 && MatchedStop is null && AnnotationReader.TryRead(annotation, out WebSource source))
        {
            blocks.Sink.Cite(blocks.CurrentText, source);
        }
    }

    private void Finish(UpstreamItem item, ReadOnlySpan<byte> json)
    {
        switch (item.Kind)
        {
            case UpstreamItemKind.Message:
                FinishMessage(item, json);
                break;
            case UpstreamItemKind.Reasoning:
                FinishReasoning(item, json);
                break;
            case UpstreamItemKind.Function or UpstreamItemKind.Custom:
                OpenCall(item, json);
                Fill(item, JsonFields.FindByName(json, item.Kind == UpstreamItemKind.Custom ? "input"u8 : "arguments"u8), whole: true);
                if (!UpstreamItemReader.IsIncomplete(json) && item.Call!.Name is not null)
                {
                    item.Call.End();
                }

                break;
            case UpstreamItemKind.Search:
                FinishSearch(json);
                break;
            case UpstreamItemKind.Other:
                context.Report.Dropped(UpstreamItemReader.ReportOf(json));
                break;
        }
    }

    private void FinishMessage(UpstreamItem item, ReadOnlySpan<byte> json)
    {
        JsonItems parts = new(JsonFields.FindByName(json, "content"u8));
        int known = item.Cited;
        for (int part = 0; parts.MoveNext(); part++)
        {
            ReadOnlySpan<byte> refusal = JsonRaw.Text(JsonFields.FindByName(parts.Value, "refusal"u8));
            ReadOnlySpan<byte> text = refusal.IsEmpty ? JsonRaw.Text(JsonFields.FindByName(parts.Value, "text"u8)) : refusal;
            Tell(item, part, text, !refusal.IsEmpty, summary: false, whole: true);
            JsonItems annotations = new(JsonFields.FindByName(parts.Value, "annotations"u8));
            while (annotations.MoveNext())
            {
                if (known-- <= 0)
                {
                    TellSource(item, annotations.Value);
                }
            }
        }
    }

    private void FinishReasoning(UpstreamItem item, ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> content = JsonFields.FindByName(json, "content"u8);
        item.IsSummary ??= !UpstreamItemReader.HasText(content);
        JsonItems parts = new(item.IsSummary == true ? JsonFields.FindByName(json, "summary"u8) : content);
        for (int part = 0; parts.MoveNext(); part++)
        {
            Tell(item, part, JsonRaw.Text(JsonFields.FindByName(parts.Value, "text"u8)), refusal: false, item.IsSummary == true, whole: true);
        }

        _speech.Flush();
        if (context.ThinkingWanted && MatchedStop is null && UpstreamItemReader.State(json, item) is { } state)
        {
            blocks.Sink.Keep(blocks.Of(BlockKind.Thinking), new ReasoningState(ReasoningStateKind.ResponsesItem, state));
            _afterText = false;
        }

        blocks.CloseCurrent();
    }

    /// <summary>Pages that were opened or looked through are no searches.</summary>
    private void FinishSearch(ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> action = JsonFields.FindByName(json, "action"u8);
        ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.FindByName(action, "type"u8));
        if (!type.IsEmpty && !type.SequenceEqual("search"u8))
        {
            return;
        }

        facts.CountSearch();
        if (!context.WebSearchOffered || MatchedStop is not null)
        {
            return;
        }

        _speech.Flush();
        blocks.CloseCurrent();
        int block = blocks.Of(BlockKind.Search);
        ReadOnlySpan<byte> query = UpstreamItemReader.Query(action);
        if (!query.IsEmpty)
        {
            blocks.Say(BlockKind.Search, query);
        }

        JsonItems sources = new(JsonFields.FindByName(action, "sources"u8));
        while (sources.MoveNext())
        {
            if (UpstreamItemReader.TrySource(sources.Value, out WebSource source))
            {
                blocks.Sink.Cite(block, source);
            }
        }

        blocks.CloseCurrent();
        _afterText = false;
    }
}
