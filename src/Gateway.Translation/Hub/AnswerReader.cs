using System.Text.Json;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Hub;

/// <summary>
/// Understands one upstream answer: a pure state machine that owns its framing and tells what it reads to a sink. What
/// drives it is <see cref="AnswerTranslator"/>.
/// </summary>
internal abstract class AnswerReader(AnswerContext context) : IDisposable
{
    private bool _news;

    /// <summary>Bytes of an event that waits for its end.</summary>
    public abstract int PendingBytes { get; }

    /// <summary>What has been used so far, estimated where the upstream has not said.</summary>
    public abstract TokenUsage Usage { get; }

    /// <summary>
    /// What the upstream said of the answer that its bill depends on. Which of its counts cannot be is found out when
    /// <see cref="Usage"/> is asked for, and not by this: the head of every stream asks, and counting a prompt takes time.
    /// </summary>
    public AnswerFacts Facts => Said.Facts;

    protected FactsReader Said { get; } = new();

    protected AnswerContext Context => context;

    /// <summary>There is a word of the answer, a thought or a call, and not only its frame.</summary>
    public abstract bool HasSaid { get; }

    /// <summary>Tokens of what the upstream has said: texts, thoughts and the arguments of calls.</summary>
    public abstract long Spoken { get; }

    /// <summary>The answer is over, and it is that there will be none: without a word of it before.</summary>
    public bool RefusedAtOnce { get; protected set; }

    /// <summary>The client has its last byte.</summary>
    public bool Completed { get; protected set; }

    /// <summary>What the upstream said, or failed to say, in place of an answer.</summary>
    public GatewayError? Error { get; protected set; }

    public bool IsOver => Completed || Error is not null;

    /// <summary>Whether something new was said since this was asked last.</summary>
    public bool TakeNews()
    {
        bool news = _news;
        _news = false;
        return news;
    }

    public abstract void Append(ReadOnlySpan<byte> upstream);

    /// <summary>
    /// Takes the events that there are. A relay does so little for most events that it repeats this loop, to be called
    /// once for all of them.
    /// </summary>
    /// <exception cref="JsonException">One event cannot be read, and nothing of it was told; call again for the rest.</exception>
    public virtual void TakeEvents(bool atEnd)
    {
        while (!IsOver && MoveNext(atEnd))
        {
            Take();
        }
    }

    /// <summary>Finds the next event. <paramref name="atEnd"/> also takes what nothing has closed.</summary>
    public abstract bool MoveNext(bool atEnd);

    /// <summary>Takes the event that was found.</summary>
    /// <exception cref="JsonException">It cannot be read, and nothing of it was told.</exception>
    public abstract void Take();

    /// <summary>Takes an answer that came as a whole.</summary>
    /// <exception cref="JsonException">It cannot be read.</exception>
    public abstract void TakeWhole(ReadOnlySpan<byte> body);

    /// <summary>The stream is over: <paramref name="clean"/> is false when the connection broke.</summary>
    public abstract void TakeEnd(bool clean);

    public abstract void Dispose();

    /// <summary>Estimated input, where the upstream has not said: the better one once it has begun to answer.</summary>
    protected long Input(bool begun) => begun && context.CountedInput is { } counted ? counted.Value : context.EstimatedInput;

    /// <summary>The upstream's counts as far as they can be.</summary>
    /// <param name="usage">Of the upstream, or estimated already.</param>
    protected TokenUsage Sane(TokenUsage usage)
    {
        if (usage.Output == 0 && Spoken > 0)
        {
            // It counted the prompt, and not what it said.
            usage = usage with { Output = Spoken, Estimated = true };
        }

        if (usage.TotalInput == 0)
        {
            usage = usage with { Input = Input(begun: true), Estimated = true };
        }

        if (PossibleCounts.OutputIsTooMuch(usage.Output, Spoken, context.Output))
        {
            Said.Refuse("output_tokens");
            usage = usage with { Output = Spoken, Reasoning = 0, Estimated = true };
        }

        if (PossibleCounts.InputIsTooMuch(usage.TotalInput, context.EstimatedInput))
        {
            Said.Refuse("input_tokens");
            usage = usage with { Input = Input(begun: true), CacheRead = 0, CacheWrite5m = 0, CacheWrite1h = 0, Estimated = true };
        }

        if (usage.Reasoning > usage.Output)
        {
            Said.Refuse("reasoning_tokens");
            usage = usage with { Reasoning = 0 };
        }

        return usage;
    }

    /// <summary>The answer went on. What only shows that a server lives, such as comments, pings and empty pieces, is no news.</summary>
    protected void NoteNews(bool isNews = true) => _news |= isNews;
}
