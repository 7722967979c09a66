namespace Gateway.Translation.Errors;

/// <summary>The names under which it is remembered that a model is not served over one of an upstream's APIs; no field is called so.</summary>
public static class OtherApis
{
    public const string Chat = "api:chat";
    public const string Responses = "api:responses";
    public const string Messages = "api:messages";

    /// <summary>Kinds of tools and items that only some servers of Responses know: a relayed request is said again in words that all know.</summary>
    public const string Kinds = "kinds";
}
