using System.Buffers.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Gathers <see cref="AnswerFacts"/> from the usage of either form: their names do not collide, and resellers put some
/// of one form into the other. What comes later counts, as with tokens.
/// </summary>
internal sealed class FactsReader
{
    /// <summary>No answer costs more; a number above it is a mistake, or worse.</summary>
    public const decimal MostUsd = 1_000;

    private const string InferenceCost = "upstream_inference_cost";
    private const int MaxName = 200;
    private const long MostSearches = 1_000;

    private readonly List<string> _refused = [];
    private AnswerFacts _facts = AnswerFacts.None;

    public AnswerFacts Facts => _facts;

    public bool HasModel => _facts.Model is not null;

    /// <summary>What a whole Message, or the beginning of one, says of itself.</summary>
    public void ReadMessage(ReadOnlySpan<byte> message)
    {
        _facts = HasModel ? _facts : _facts with { Model = Name(JsonFields.Find(message, "model"u8)) };
        NoteCode(JsonFields.Find(message, "container"u8));
    }

    /// <summary>What each chunk of a Chat stream says of itself, without the quotes.</summary>
    public void ReadHead(ReadOnlySpan<byte> model, ReadOnlySpan<byte> tier)
    {
        if (!HasModel && model.Length is > 0 and <= MaxName)
        {
            _facts = _facts with { Model = JsonUnescape.ToText(model) };
        }

        if (_facts.ServiceTier is null && tier.Length is > 0 and <= MaxName)
        {
            _facts = _facts with { ServiceTier = JsonUnescape.ToText(tier) };
        }
    }

    /// <param name="container">In which it ran code.</param>
    public void NoteCode(ReadOnlySpan<byte> container) => _facts = _facts with { RanCode = _facts.RanCode || container is [(byte)'{', ..] };

    public void Refuse(string count)
    {
        if (!_refused.Contains(count))
        {
            _refused.Add(count);
            _facts = _facts with { Refused = [.. _refused] };
        }
    }

    /// <summary>What stands in the place of a count and is none.</summary>
    public void Refuse(ReadOnlySpan<byte> value, string count)
    {
        if (!value.IsEmpty && !value.SequenceEqual("null"u8))
        {
            Refuse(count);
        }
    }

    /// <summary>One more search that the upstream made, where its usage does not count them.</summary>
    public void CountSearch() => _facts = _facts with { WebSearches = Math.Min(_facts.WebSearches + 1, MostSearches) };

    public void ReadUsage(ReadOnlySpan<byte> usage)
    {
        (decimal? cost, decimal? inference, bool? ownKey) = (null, null, null);
        JsonFields fields = new(usage);
        while (fields.MoveNext())
        {
            ReadOnlySpan<byte> value = fields.Value;
            if (fields.Name.SequenceEqual("cost"u8))
            {
                cost = Money(value, "cost");
            }
            else if (fields.Name.SequenceEqual("cost_details"u8))
            {
                inference = Money(JsonFields.Find(value, "upstream_inference_cost"u8), InferenceCost);
            }
            else if (fields.Name.SequenceEqual("is_byok"u8))
            {
                ownKey = value.SequenceEqual("true"u8) ? true : value.SequenceEqual("false"u8) ? false : null;
            }
            else if (fields.Name.SequenceEqual("server_tool_use"u8))
            {
                ReadSearches(JsonFields.Find(value, "web_search_requests"u8));
            }
            else if (fields.Name.SequenceEqual("num_search_queries"u8) || fields.Name.SequenceEqual("num_sources_used"u8))
            {
                ReadSearches(value);
            }
            else if (fields.Name.SequenceEqual("service_tier"u8))
            {
                _facts = _facts with { ServiceTier = Name(value) ?? _facts.ServiceTier };
            }
            else if (fields.Name.SequenceEqual("speed"u8))
            {
                _facts = _facts with { Speed = Name(value) ?? _facts.Speed };
            }
            else if (fields.Name.SequenceEqual("inference_geo"u8))
            {
                _facts = _facts with { Region = Name(value) ?? _facts.Region };
            }
        }

        // With keys of the customer's own, OpenRouter's cost is its fee, and the maker bills the rest: a fee alone is no cost.
        bool adds = ownKey ?? inference > cost;
        bool whole = inference is not null || (ownKey != true && !(ownKey is null && _refused.Contains(InferenceCost)));
        _facts = cost is { } fee ? _facts with { Cost = whole ? fee + (adds ? inference ?? 0 : 0) : null } : _facts;
    }

    public void KeepIterations(IReadOnlyList<AnswerIteration> iterations, string? answered) =>
        _facts = _facts with { Iterations = iterations, Model = answered ?? _facts.Model };

    /// <summary>The escaped name of a model, tier or place: short, or none.</summary>
    public static string? Name(ReadOnlySpan<byte> value) =>
        value.Length is > 2 and <= MaxName && JsonRaw.IsText(value) ? JsonRaw.Decode(value) : null;

    private void ReadSearches(ReadOnlySpan<byte> value)
    {
        if (TokenUsage.TryCount(value, out long count) && count <= MostSearches)
        {
            _facts = _facts with { WebSearches = Math.Max(_facts.WebSearches, count) };
        }
        else
        {
            Refuse(value, "web_search_requests");
        }
    }

    private decimal? Money(ReadOnlySpan<byte> value, string name)
    {
        if (Utf8Parser.TryParse(value, out decimal usd, out int used) && used == value.Length && usd is >= 0 and <= MostUsd)
        {
            return usd;
        }

        Refuse(value, name);
        return null;
    }
}
