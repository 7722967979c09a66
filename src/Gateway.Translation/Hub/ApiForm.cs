namespace Gateway.Translation.Hub;

/// <summary>Which API a client or an upstream speaks. A client's errors have its form, whatever was asked for.</summary>
public enum ApiForm
{
    /// <summary>Anthropic's Messages.</summary>
    Messages,

    /// <summary>OpenAI's Chat Completions.</summary>
    Chat,

    /// <summary>OpenAI's Responses.</summary>
    Responses,
}
