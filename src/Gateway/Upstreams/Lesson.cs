using System.Collections.Immutable;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>What an upstream's refusal says about how it wants a request.</summary>
/// <param name="Parameter">What to leave out, or the output limit that is to be lowered.</param>
/// <param name="MaxOutputTokens">The largest output limit that is taken; null when the parameter is to be left out.</param>
/// <param name="Lasts">It holds for the model and not only for this request's value.</param>
internal sealed record Lesson(string Parameter, int? MaxOutputTokens, bool Lasts)
{
    /// <summary>An upstream that takes less is mistaken, or somebody else speaks through its error.</summary>
    public const int SmallestLimit = 256;

    public const string OutputLimit = "max_tokens";

    /// <summary>
    /// Null when a second try would not differ. Only what the gateway itself wrote may be changed: the words of a client
    /// whose request is relayed are the client's, and so is their refusal.
    /// </summary>
    public static Lesson? Of(GatewayError error, UpstreamCall call, Lessons known)
    {
        if (error.AcceptedMaxTokens is >= SmallestLimit and { } max && max < call.Wrote.MaxTokens)
        {
            return new Lesson(OutputLimit, max, error.RejectionLasts);
        }

        return error.RejectedParameter is { } parameter && !known.Without.Contains(parameter) && Wrote(call, parameter)
            ? new Lesson(parameter, null, error.RejectionLasts)
            : null;
    }

    private static bool Wrote(UpstreamCall call, string parameter) => parameter is "cache_control" or "prompt_cache_breakpoint"
        ? call.Wrote.HasAnywhere(parameter)
        : call.Wrote.Has(parameter.Split('.')[0]);
}

/// <summary>How one target wants the requests of one caller.</summary>
/// <param name="Without">Parameters that are left out.</param>
/// <param name="MaxOutputTokens">The output limit is lowered to it.</param>
internal sealed record Lessons(ImmutableHashSet<string> Without, int? MaxOutputTokens)
{
    public static readonly Lessons None = new([], null);

    public Lessons With(Lesson lesson) => lesson.MaxOutputTokens is { } max
        ? this with { MaxOutputTokens = Math.Min(max, MaxOutputTokens ?? max) }
        : this with { Without = Without.Add(lesson.Parameter) };
}
