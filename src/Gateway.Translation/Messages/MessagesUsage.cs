using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// The usage of an Anthropic answer. <c>message_start</c> gives a first count and <c>message_delta</c> running totals, so
/// later numbers take the place of earlier ones; adding them bills twice.
/// </summary>
internal sealed class MessagesUsage
{
    private long? _input;
    private long? _cacheRead;
    private long? _cacheWrite;
    private long? _cacheWrite5m;
    private long? _cacheWrite1h;
    private long? _output;
    private long? _thinking;
    private bool _final;

    public UsageDetails Counted =>
        (_cacheRead is null ? 0 : UsageDetails.CacheRead)
        | (_cacheWrite is null && _cacheWrite5m is null && _cacheWrite1h is null ? 0 : UsageDetails.CacheWrite)
        | (_thinking is null ? 0 : UsageDetails.Reasoning);

    /// <param name="usage">The usage object's bytes.</param>
    /// <param name="final">True when its output count is the total.</param>
    public void Read(ReadOnlySpan<byte> usage, bool final)
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
                Take(ref _thinking, JsonFields.Find(fields.Value, "thinking_tokens"u8));
            }
            else if (fields.Name.SequenceEqual("input_tokens"u8))
            {
                Take(ref _input, fields.Value);
            }
            else if (fields.Name.SequenceEqual("cache_read_input_tokens"u8))
            {
                Take(ref _cacheRead, fields.Value);
            }
            else if (fields.Name.SequenceEqual("cache_creation_input_tokens"u8))
            {
                Take(ref _cacheWrite, fields.Value);
            }
            else if (fields.Name.SequenceEqual("output_tokens"u8) && TokenUsage.TryCount(fields.Value, out long output))
            {
                _output = output;
                _final |= final;
            }
        }
    }

    /// <param name="estimatedInput">Stands in while the upstream has not counted the input.</param>
    /// <param name="outputCharacters">What has come so far, for a stream that broke before its total.</param>
    public TokenUsage ToUsage(long estimatedInput, long outputCharacters)
    {
        long oneHour = _cacheWrite1h ?? 0;
        return new TokenUsage
        {
            Input = _input ?? estimatedInput,
            CacheRead = _cacheRead ?? 0,
            CacheWrite1h = oneHour,
            CacheWrite5m = _cacheWrite is { } all ? Math.Max(0, all - oneHour) : _cacheWrite5m ?? 0,
            Output = _final ? _output ?? 0 : Math.Max(_output ?? 0, outputCharacters / 4),
            Reasoning = _thinking ?? 0,
            Estimated = !_final || _input is null,
        };
    }

    private void ReadCacheCreation(ReadOnlySpan<byte> creation)
    {
        Take(ref _cacheWrite5m, JsonFields.Find(creation, "ephemeral_5m_input_tokens"u8));
        Take(ref _cacheWrite1h, JsonFields.Find(creation, "ephemeral_1h_input_tokens"u8));
    }

    /// <summary>A zero never takes back a count: some servers send zeros where they mean "see message_start".</summary>
    private static void Take(ref long? field, ReadOnlySpan<byte> value)
    {
        if (TokenUsage.TryCount(value, out long number) && (number > 0 || field is null))
        {
            field = number;
        }
    }
}
