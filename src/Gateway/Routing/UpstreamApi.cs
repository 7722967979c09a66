using System.Text.RegularExpressions;

namespace Gateway.Routing;

/// <summary>Over which of OpenAI's two APIs a model is called.</summary>
public enum UpstreamApi
{
    Chat,
    Responses,

    /// <summary>Responses where a model is better there, or nowhere else.</summary>
    Auto,
}

/// <summary>Which API it is, where nobody said or <see cref="UpstreamApi.Auto"/> was said.</summary>
internal static partial class UpstreamApis
{
    /// <summary>Only OpenAI and Azure have models that are better served there.</summary>
    public static UpstreamApi DefaultOf(Provider provider) => IsOpenAi(provider) ? UpstreamApi.Auto : UpstreamApi.Chat;

    /// <summary>OpenAI's own servers, or Azure's.</summary>
    public static bool IsOpenAi(Provider provider) => provider.Kind == ProviderKind.AzureOpenAi || WellKnownProvider.Of(provider)?.Name == "openai";

    /// <summary>These think beside tools only here.</summary>
    public static bool IsBetter(string model, bool hasTools) => Always().IsMatch(Bare(model)) || (hasTools && WithTools().IsMatch(Bare(model)));

    private static string Bare(string model) => model[(model.LastIndexOf('/') + 1)..];

    [GeneratedRegex("codex|-pro(?![a-z])|deep-research|computer-use", RegexOptions.IgnoreCase)]
    private static partial Regex Always();

    [GeneratedRegex(@"^(?:ft:)?gpt-(?:5\.(?:[4-9]|[1-9]\d)|[6-9]|[1-9]\d)(?!\w*-chat)", RegexOptions.IgnoreCase)]
    private static partial Regex WithTools();
}
