using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// The usage of an Anthropic answer. <c>message_start</c> gives a first count and <c>message_delta</c> running totals, so
/// later numbers take the place of earlier ones; adding them bills twice.
/// </summary>
internal sealed class MessagesUsage(FactsReader facts)
{
    private long? _input;
    private long? _cacheRead;
    private long? _cacheWrite;
    private long? _cacheWrite5m;
    private long? _cacheWrite1h;
    private long? _output;
    private long? _thinking;
    private bool _final;
    private List<AnswerIteration>? _iterations;

    public UsageDetails Counted =>
        (_cacheRead is null ? 0 : UsageDetails.CacheRead)
        | (_cacheWrite is null && _cacheWrite5m is null && _cacheWrite1h is null ? 0 : UsageDetails.CacheWrite)
        | (_thinking is null ? 0 : UsageDetails.Reasoning);

    /// <param name="usage">The usage object's bytes.</param>
    /// <param name="final">True when its output count is the total.</param>
    public void Read(ReadOnlySpan<byte> usage, bool final)
    {
        facts.ReadUsage(usage);
        ReadCounts(usage, final);
        ReadIterations(JsonFields.Find(usage, "iterations"u8));
    }

    private void ReadCounts(ReadOnlySpan<byte> usage, bool final)
    {
        JsonFields fields = new(usage);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("cache_creation"u8))
            {
                ReadCacheCreation(fields.Value);
            }
            else if (fields.Name.SequenceEqual("output_tokens_details"u8))
            {
                Take(ref _thinking, JsonFields.Find(fields.Value, "thinking_tokens"u8), "thinking_tokens");
            }
            else if (fields.Name.SequenceEqual("input_tokens"u8))
            {
                Take(ref _input, fields.Value, "input_tokens");
            }
            else if (fields.Name.SequenceEqual("cache_read_input_tokens"u8))
            {
                Take(ref _cacheRead, fields.Value, "cache_read_input_tokens");
            }
            else if (fields.Name.SequenceEqual("cache_creation_input_tokens"u8))
            {
                Take(ref _cacheWrite, fields.Value, "cache_creation_input_tokens");
            }
            else if (fields.Name.SequenceEqual("output_tokens"u8))
            {
                TakeOutput(fields.Value, final);
            }
        }
    }

    /// <summary>What the client is told: the answer's own tokens.</summary>
    /// <param name="estimatedInput">Stands in while the upstream has not counted the input.</param>
    /// <param name="spoken">Tokens of what has come so far, for a stream that broke before its total.</param>
    public TokenUsage ToUsage(long estimatedInput, long spoken)
    {
        long oneHour = _cacheWrite1h ?? 0;
        return new TokenUsage
        {
            Input = _input ?? estimatedInput,
            CacheRead = _cacheRead ?? 0,
            CacheWrite1h = oneHour,
            CacheWrite5m = _cacheWrite is { } all ? Math.Max(0, all - oneHour) : _cacheWrite5m ?? 0,
            Output = _final ? _output ?? 0 : spoken > 0 ? spoken : _output ?? 0,
            Reasoning = _thinking ?? 0,
            Estimated = !_final || _input is null,
        };
    }

    /// <summary>
    /// What is billed: with the calls of models that the answer's own tokens leave out, such as the summary of a
    /// conversation that was too long, or the advice of another model.
    /// </summary>
    public TokenUsage Billed(TokenUsage told) =>
        _iterations is null ? told : _iterations.Aggregate(told.Beyond(_iterations.Where(one => !one.Beside).Select(one => one.Usage)), (sum, one) => sum.Plus(one.Usage));

    private void ReadIterations(ReadOnlySpan<byte> list)
    {
        if (list is not [(byte)'[', ..])
        {
            facts.Refuse(list, "iterations");
            return;
        }

        List<AnswerIteration> read = [];
        string? answered = null;
        JsonItems items = new(list);
        while (items.MoveNext())
        {
            FactsReader said = new();
            MessagesUsage one = new(said);
            one.ReadCounts(items.Value, final: true);
            if (one._input is null || one._output is null || said.Facts.Refused.Count > 0)
            {
                // What is left of a list that lies would lie as well.
                facts.Refuse("iterations");
                return;
            }

            string? model = FactsReader.Name(JsonFields.Find(items.Value, "model"u8));
            ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.Find(items.Value, "type"u8));
            read.Add(new AnswerIteration(model, one.ToUsage(0, 0)) { Beside = type.SequenceEqual("compaction"u8) || type.SequenceEqual("advisor_message"u8) });
            answered = type.SequenceEqual("fallback_message"u8) ? model : answered;
        }

        _iterations = read.Count > 0 ? read : null;
        facts.KeepIterations(read, answered);
    }

    private void ReadCacheCreation(ReadOnlySpan<byte> creation)
    {
        Take(ref _cacheWrite5m, JsonFields.Find(creation, "ephemeral_5m_input_tokens"u8), "ephemeral_5m_input_tokens");
        Take(ref _cacheWrite1h, JsonFields.Find(creation, "ephemeral_1h_input_tokens"u8), "ephemeral_1h_input_tokens");
    }

    private void TakeOutput(ReadOnlySpan<byte> value, bool final)
    {
        if (TokenUsage.TryCount(value, out long output))
        {
            _output = output;
            _final |= final;
        }
        else
        {
            facts.Refuse(value, "output_tokens");
        }
    }

    /// <summary>A zero never takes back a count: some servers send zeros where they mean "see message_start".</summary>
    private void Take(ref long? field, ReadOnlySpan<byte> value, string name)
    {
        if (!TokenUsage.TryCount(value, out long number))
        {
            facts.Refuse(value, name);
        }
        else if (number > 0 || field is null)
        {
            field = number;
        }
    }
}
