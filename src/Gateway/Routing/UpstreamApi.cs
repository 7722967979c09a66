using System.Text.RegularExpressions;
using Gateway.Translation.Hub;

namespace Gateway.Routing;

/// <summary>Over which API a model is called, of servers that offer several.</summary>
public enum UpstreamApi
{
    Chat,
    Responses,

    /// <summary>Anthropic's, at the provider's own endpoint of that form.</summary>
    Messages,

    /// <summary>Responses where a model is better there, or nowhere else; Messages for clients of Messages, where the provider serves the model well in that form.</summary>
    Auto,
}

/// <summary>Which API it is, where nobody said or <see cref="UpstreamApi.Auto"/> was said.</summary>
internal static partial class UpstreamApis
{
    /// <summary>Only OpenAI and Azure have models that are better served over Responses.</summary>
    public static UpstreamApi DefaultOf(Target target) => IsOpenAi(target.Provider) || PrefersMessages(target) ? UpstreamApi.Auto : UpstreamApi.Chat;

    /// <summary>The target in the form in which it serves such a client best.</summary>
    /// <param name="target">As it was routed to.</param>
    /// <param name="client">The form of the client's request.</param>
    /// <param name="hasMessages">False when it has said that it does not serve Messages.</param>
    public static Target For(Target target, ApiForm client, bool hasMessages) => target.InMessagesForm is { } messages
        && (target.Api == UpstreamApi.Messages || (target.Api == UpstreamApi.Auto && client == ApiForm.Messages && hasMessages && PrefersMessages(target)))
            ? messages
            : target;

    /// <summary>Whether Responses is the better API of a target that is called over <see cref="UpstreamApi.Auto"/>.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="hasTools">The request has some.</param>
    /// <param name="isAsked">The client speaks that API itself.</param>
    public static bool PrefersResponses(Target target, bool hasTools, bool isAsked) => !PrefersMessages(target) && (isAsked || IsBetter(target.UpstreamModel, hasTools));

    /// <summary>Messages has all that its clients say; a client of another API is better served without a translation.</summary>
    private static bool PrefersMessages(Target target) =>
        target.InMessagesForm is not null && (target.Provider.MessagesUrl is not null || MessagesEndpoint.ByHost(target.Provider.BaseUrl)?.IsBest(target.UpstreamModel) == true);

    /// <summary>OpenAI's own servers, or Azure's.</summary>
    public static bool IsOpenAi(Provider provider) => provider.Kind == ProviderKind.AzureOpenAi || WellKnownProvider.Of(provider)?.Name == "openai";

    /// <summary>These think beside tools only here.</summary>
    private static bool IsBetter(string model, bool hasTools) => Always().IsMatch(Bare(model)) || (hasTools && WithTools().IsMatch(Bare(model)));

    private static string Bare(string model) => model[(model.LastIndexOf('/') + 1)..];

    [GeneratedRegex("codex|-pro(?![a-z])|deep-research|computer-use", RegexOptions.IgnoreCase)]
    private static partial Regex Always();

    [GeneratedRegex(@"^(?:ft:)?gpt-(?:5\.(?:[4-9]|[1-9]\d)|[6-9]|[1-9]\d)(?!\w*-chat)", RegexOptions.IgnoreCase)]
    private static partial Regex WithTools();
}
