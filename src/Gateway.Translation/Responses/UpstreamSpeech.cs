using Gateway.Translation.Chat;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.Responses;

/// <summary>Tells the pieces of items, and of whole items what their pieces did not bring.</summary>
internal sealed class UpstreamSpeech(ChatBlocks blocks, FactsReader facts, AnswerContext context) : IDisposable
{
    private readonly ChatChoiceReader _speech = new(blocks, context);
    private SpokenText _spoken;

    /// <summary>What was told last is text, with which a new text would run together.</summary>
    private bool _afterText;

    /// <summary>Tokens of all that was said.</summary>
    public long Tokens => _spoken.Tokens;

    public string? MatchedStop => _speech.MatchedStop;

    public bool Refused => _speech.Refused;

    /// <summary>Something else is said from now on.</summary>
    public void Pause()
    {
        _speech.Flush();
        blocks.CloseCurrent();
    }

    /// <summary>The answer is over: what was held back goes out, and what is open is closed.</summary>
    public void Close(bool cut) => _speech.End(cut);

    public void Dispose() => _speech.Dispose();

    public void Tell(UpstreamItem item, int part, ReadOnlySpan<byte> escaped, bool refusal, bool summary, bool whole)
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

    public void OpenCall(UpstreamItem item, ReadOnlySpan<byte> json)
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

    public void Fill(UpstreamItem item, ReadOnlySpan<byte> value, bool whole)
    {
        bool isText = JsonRaw.IsText(value);
        ChatCall call = item.Call!;
        if (value.IsEmpty || MatchedStop is not null || (!isText && !whole) || (whole && item.LastPart >= 0 && call.IsWhole))
        {
            return;
        }

        int told = item.ToldOf(0);
        int length = isText ? UpstreamItemReader.LengthOf(JsonRaw.Text(value)) : value.Length;
        ReadOnlySpan<byte> rest = whole && isText && told > 0 ? (byte[])[(byte)'"', .. UpstreamItemReader.Rest(JsonRaw.Text(value), told), (byte)'"'] : value;
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

    public void TellSource(UpstreamItem item, ReadOnlySpan<byte> annotation)
    {
        item.Cited++;
        if (blocks.CurrentText >= 0 && MatchedStop is null && AnnotationReader.TryRead(annotation, out WebSource source))
        {
            blocks.Sink.Cite(blocks.CurrentText, source);
        }
    }

    public void Finish(UpstreamItem item, ReadOnlySpan<byte> json)
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
                if (!UpstreamItemReader.IsIncomplete(json) && item.Call is { Name: not null, IsLost: false })
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

    private void FinishSearch(ReadOnlySpan<byte> json)
    {
        ReadOnlySpan<byte> action = JsonFields.FindByName(json, "action"u8);
        if (!UpstreamItemReader.IsSearch(json))
        {
            return;
        }

        facts.CountSearch();
        if (!context.WebSearchOffered || MatchedStop is not null)
        {
            return;
        }

        Pause();
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
