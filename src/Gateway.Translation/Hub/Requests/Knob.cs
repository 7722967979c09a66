namespace Gateway.Translation.Hub.Requests;

/// <summary>What a request may say beside the words of Messages. <see cref="RequestExtras"/> carries the values.</summary>
internal enum Knob
{
    /// <summary>A field that nobody here knows: told by its name, never written in another form.</summary>
    Other,
    Audio,
    FrequencyPenalty,
    LogitBias,
    Logprobs,
    Metadata,
    Modalities,
    N,
    ParallelToolCalls,
    Prediction,
    PresencePenalty,
    PromptCacheKey,
    PromptCacheRetention,
    ResponseFormat,
    SafetyIdentifier,
    Seed,
    ServiceTier,
    Store,
    StreamOptions,
    TopLogprobs,
    User,
    Verbosity,
    WebSearchOptions,
}
