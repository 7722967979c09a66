namespace Gateway.Translation.Hub;

/// <summary>
/// Which counts no honest upstream can reach. The bounds are far away on purpose: reasoning that is never shown, documents
/// that are named by an address, and a server's own turns with its tools are counted without being seen.
/// </summary>
internal static class PossibleCounts
{
    /// <summary>More than any model of today writes in one answer.</summary>
    private const long MostOutput = 1_000_000;

    /// <summary>What is below is believed, whatever the client allowed.</summary>
    private const long UsualOutput = 100_000;

    /// <summary>The largest context window there is.</summary>
    private const long MostInput = 10_000_000;

    private const int Far = 10;
    private const int VeryFar = 100;

    /// <param name="output">As the upstream counted.</param>
    /// <param name="spoken">Tokens of what it said.</param>
    /// <param name="limits">What the client allowed.</param>
    public static bool OutputIsTooMuch(long output, long spoken, OutputLimits limits)
    {
        long answers = Math.Clamp(limits.Answers, 1, 1_000);
        long allowed = limits.MaxTokens is { } most and > 0 ? Math.Max(UsualOutput, Math.Min(most, MostOutput) * Far) : MostOutput;
        return output > Math.Min(allowed, MostOutput) * answers && output / Far > spoken;
    }

    /// <param name="input">As the upstream counted, of all kinds together.</param>
    /// <param name="estimated">From the size of the request.</param>
    public static bool InputIsTooMuch(long input, long estimated) => input > MostInput && input / VeryFar > estimated;
}
