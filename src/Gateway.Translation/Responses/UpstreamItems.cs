using Gateway.Translation.Chat;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>
/// Follows the items of a response, and tells each once: from its pieces, and what those did not bring from the whole
/// item, or from the whole response. Texts and thoughts come one after the other: an item that speaks while another one
/// is being said waits for the end of that one.
/// </summary>
internal sealed class UpstreamItems(ChatBlocks blocks, FactsReader facts, AnswerContext context) : IDisposable
{
    private readonly UpstreamSpeech _speech = new(blocks, facts, context);
    private readonly CallNames _names = new(context);
    private readonly List<UpstreamItem> _items = [];
    private readonly Dictionary<int, UpstreamItem> _byIndex = [];
    private UpstreamItem? _speaking;

    /// <summary>Tells what the JSON of an item says.</summary>
    private delegate void TellJson(UpstreamItem item, ReadOnlySpan<byte> json);
    private readonly List<UpstreamItem> _waiting = [];

    public UpstreamSpeech Speech => _speech;

    /// <summary>The arguments of a call turned out to be no JSON when the client had members of them already.</summary>
    public bool HasLost => _items.Exists(item => item.Call is { IsLost: true });

    /// <summary>An item begins.</summary>
    public void Begin(int? index, ReadOnlySpan<byte> json)
    {
        UpstreamItem item = Place(index, json);
        item.IsAnnounced = true;
        if (item.IsCall)
        {
            InTurn(item, json, _speech.OpenCall);
        }
        else if (item.Kind is UpstreamItemKind.Message or UpstreamItemKind.Reasoning)
        {
            TakesTurn(item);
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
        if (TakesTurn(item))
        {
            _speech.Tell(item, e.Part, JsonRaw.Text(text), refusal, summary, whole);
        }
        else
        {
            WaitToTell(item, e.Part, JsonRaw.Text(text).ToArray(), refusal, summary, whole);
        }
    }

    /// <summary>More of a call's arguments, or all of them.</summary>
    public void Input(in ResponsesEvent e, UpstreamItemKind kind, ReadOnlySpan<byte> value, bool whole)
    {
        UpstreamItem item = Find(e, kind);
        if (TakesTurn(item))
        {
            _speech.Fill(item, value, whole);
        }
        else
        {
            WaitToFill(item, value.ToArray(), whole);
        }
    }

    public void Cite(in ResponsesEvent e, ReadOnlySpan<byte> annotation)
    {
        InTurn(Find(e, UpstreamItemKind.Message), annotation, _speech.TellSource);
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

        _speech.Close(cut);
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
        ByIndex(index, id, kind, met)
        ?? _items.Find(item => item.Kind == kind && !met.Contains(item) && id is not null && item.Id == id)
        ?? _items.Find(item => item.Kind == kind && !met.Contains(item) && item.Index == index)
        ?? _items.Find(item => item.Kind == kind && !met.Contains(item));

    private UpstreamItem? ByIndex(int index, string? id, UpstreamItemKind kind, HashSet<UpstreamItem> met) =>
        _byIndex.TryGetValue(index, out UpstreamItem? item) && item.Kind == kind && item.Id == id && !met.Contains(item) ? item : null;

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
        UpstreamItem? known = e.OutputIndex is { } index ? _byIndex.GetValueOrDefault(index) : FindById(e.ItemId, kind);
        if (known?.Kind == kind)
        {
            return known;
        }

        UpstreamItem item = Add(kind, e.OutputIndex);
        item.Id = e.ItemId.IsEmpty ? null : JsonUnescape.ToText(e.ItemId);
        return item;
    }

    private UpstreamItem? FindById(ReadOnlySpan<byte> escaped, UpstreamItemKind kind)
    {
        for (int i = _items.Count - 1; i >= 0; i--)
        {
            UpstreamItem item = _items[i];
            bool isIt = escaped.IsEmpty || item.Id is null ? item.Kind == kind && !item.IsDone : JsonUnescape.Matches(escaped, item.IdBytes);
            if (isIt)
            {
                return item;
            }
        }

        return null;
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
        InTurn(item, json, _speech.Finish);
        Release(item);
    }

    /// <summary>Tells it now, or when those who speak are done.</summary>
    private void InTurn(UpstreamItem item, ReadOnlySpan<byte> json, TellJson tell)
    {
        if (TakesTurn(item))
        {
            tell(item, json);
        }
        else
        {
            WaitToTell(item, json.ToArray(), tell);
        }
    }

    /// <summary>Nobody else speaks. Who never said that it begins never says that it ends, so nobody waits for it.</summary>
    private bool TakesTurn(UpstreamItem item)
    {
        if (item.Waits || (_speaking is { IsAnnounced: true, IsDone: false } speaking && speaking != item))
        {
            return false;
        }

        if (!item.IsCall && item != _speaking)
        {
            _speech.Pause();
            _speaking = item;
        }

        return true;
    }

    // What waits is kept. These are methods of their own, so that nothing is kept of what does not.
    private void WaitToTell(UpstreamItem item, byte[] json, TellJson tell) => Wait(item, () => tell(item, json));

    private void WaitToTell(UpstreamItem item, int part, byte[] escaped, bool refusal, bool summary, bool whole) =>
        Wait(item, () => _speech.Tell(item, part, escaped, refusal, summary, whole));

    private void WaitToFill(UpstreamItem item, byte[] value, bool whole) => Wait(item, () => _speech.Fill(item, value, whole));

    private void Wait(UpstreamItem item, Action tell)
    {
        if (!item.Waits)
        {
            _waiting.Add(item);
        }

        item.Wait(tell);
    }

    /// <summary>It has said all: who waited has its turn. Null ends the waiting of all.</summary>
    private void Release(UpstreamItem? done)
    {
        if (_waiting.Count == 0 || (done is not null && done != _speaking && _speaking is { IsDone: false, IsAnnounced: true }))
        {
            return;
        }

        while (_waiting.Count > 0)
        {
            UpstreamItem item = _waiting[0];
            _waiting.RemoveAt(0);
            if (!item.IsCall)
            {
                _speech.Pause();
                _speaking = item;
            }

            item.TellWaiting();
            if (done is not null && !item.IsCall && !item.IsDone)
            {
                return;
            }
        }
    }
}
