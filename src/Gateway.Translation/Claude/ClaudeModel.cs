using Gateway.Translation.Profiles;

namespace Gateway.Translation.Claude;

/// <summary>
/// What an upstream model's name says about it: <c>claude-sonnet-4-5-20250929</c>, <c>claude-3-5-haiku-latest</c>,
/// <c>us.anthropic.claude-opus-4-1-v1:0</c>, <c>anthropic/claude-sonnet-4.5</c>. Where the name says nothing, adaptive
/// thinking in the profile marks a new model.
/// </summary>
internal readonly record struct ClaudeModel
{
    private ClaudeModel(bool isClaude, int version, bool adaptive) => (IsClaude, Version, IsAdaptive) = (isClaude, version, adaptive);

    public bool IsClaude { get; }

    /// <summary>Major times 100 plus minor (4.5 is 405); zero when the name holds no version.</summary>
    public int Version { get; }

    private bool IsAdaptive { get; }

    /// <summary>
    /// Opus 4.8 and later take <c>role:"system"</c> inside messages, behind a user turn; 4.6 and 4.7 are adaptive but do
    /// not. An adaptive model of another name is believed to take it anywhere.
    /// </summary>
    public SystemPlacement SystemTurns => Version switch
    {
        >= 408 => SystemPlacement.AfterUser,
        406 or 407 => SystemPlacement.Tagged,
        _ => IsAdaptive ? SystemPlacement.InPlace : SystemPlacement.Tagged,
    };

    /// <summary>From 4.6 on an assistant message at the end is refused.</summary>
    public bool RejectsPrefill => Version == 0 ? IsAdaptive : Version >= 406;

    /// <summary>Models after Opus 4.6 refuse temperature, top_p and top_k.</summary>
    public bool RejectsSampling => Version == 0 ? IsAdaptive : Version > 406;

    /// <summary>Temperature together with top_p was legal before 4.0.</summary>
    public bool TakesTemperatureWithTopP => Version is > 0 and < 400;

    /// <summary><c>output_config.format</c> came with 4.5 (and Opus 4.1); a name without version is taken for a new model.</summary>
    public bool TakesJsonSchema => Version is 0 or >= 401;

    /// <summary>
    /// The default for max_tokens, which Chat lets clients leave out and Anthropic does not: the most that the family
    /// can say, as Chat's default is. A server of unknown family gets what nearly all of them accept.
    /// </summary>
    public int MaxOutput(string name) => this switch
    {
        { IsClaude: false } => 8192,
        { Version: 0 or >= 402 } => 64000,
        { Version: >= 400 } => name.Contains("opus", StringComparison.OrdinalIgnoreCase) ? 32000 : 64000,
        { Version: 307 } => 64000,
        { Version: 305 } => 8192,
        _ => 4096,
    };

    public static ClaudeModel Of(string name, Profile profile)
    {
        bool adaptive = profile.ClaudeThinking == ClaudeThinking.Adaptive;
        int at = name.IndexOf("claude", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return new ClaudeModel(false, 0, adaptive);
        }

        int major = 0;
        foreach (Range part in name.AsSpan(at).SplitAny('-', '.', '@', ':', '_', '/'))
        {
            ReadOnlySpan<char> text = name.AsSpan(at)[part];

            // Dates have eight digits; versions have one or two.
            bool isNumber = text.Length is 1 or 2 && int.TryParse(text, out _);
            if (major > 0)
            {
                return new ClaudeModel(true, (major * 100) + (isNumber ? int.Parse(text) : 0), adaptive);
            }

            major = isNumber ? int.Parse(text) : 0;
        }

        return new ClaudeModel(true, major * 100, adaptive);
    }
}
