namespace Gateway.Http;

/// <summary>Which API the client speaks; its errors have that API's form.</summary>
public enum ClientForm
{
    Anthropic,
    OpenAi,
}
