namespace Gateway.Translation.Profiles;

/// <summary>What OpenAI's Chat Completions refuses to take more of. Servers with the same form have borrowed some of it.</summary>
public static class OpenAiLimits
{
    /// <summary>Characters of a call's id; newer models take 64, all take 40.</summary>
    internal const int CallId = 40;

    /// <summary>Functions and custom tools of one request; also at Azure, Groq and DeepSeek.</summary>
    public const int Tools = 128;

    /// <summary>Characters of a tool's name.</summary>
    internal const int ToolName = 64;

    /// <summary>Characters of a tool's description. Newer models take more, so it is kept to only once it was refused.</summary>
    internal const int ToolDescription = 1024;

    /// <summary>Stop sequences. The gateway looks for those that are more.</summary>
    internal const int Stops = 4;

    /// <summary>Characters of <c>safety_identifier</c> and <c>prompt_cache_key</c>.</summary>
    internal const int Key = 64;

    /// <summary>The model lives at OpenAI, whatever its name says.</summary>
    public static Profile ApplyTo(Profile profile) => profile with
    {
        ToolIdFormat = profile.ToolIdFormat == ToolIdFormat.Any ? ToolIdFormat.OpenAi : profile.ToolIdFormat,
        MaxTools = Tools,
    };
}
