using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>What errors say of fields of Responses, and of models that only one of OpenAI's two APIs serves.</summary>
internal static partial class ResponsesFields
{
    public const string Include = "include";
    public const string Summary = "reasoning.summary";

    /// <summary>Members of objects that are left out alone.</summary>
    private static readonly string[] s_inner = [Summary, "text.verbosity", "text.format"];

    /// <summary>The API to be left alone for this model; null when the error is about something else.</summary>
    public static string? OtherApi(UpstreamErrorText text) =>
        OnlyInResponses().IsMatch(text.Message ?? "") ? OtherApis.Chat
        : NotInResponses().IsMatch(text.Message ?? "") ? OtherApis.Responses
        : null;

    /// <summary>"Encrypted content is not supported with this model."</summary>
    public static bool IsEncryptedRefused(UpstreamErrorText text) => text.Has("encrypted content is not supported") || (text.Has("encrypted_content") && text.Has("not supported"));

    /// <summary>"Invalid value: 'namespace'. Supported values are: 'function', ..." of <c>tools[0].type</c>, "Unsupported tool type: custom" and the like.</summary>
    public static bool IsKindRefused(UpstreamErrorText text) => KindPath().IsMatch(text.Parameter ?? "") || KindWords().IsMatch(text.Message ?? "");

    public static string? NameOf(string path) => s_inner.FirstOrDefault(inner => path == inner || path.StartsWith(inner + ".", StringComparison.Ordinal));

    /// <summary>The status that a code of a stream's error stands for; null for codes that both APIs have.</summary>
    public static int? StatusOf(string? code) => code switch
    {
        "server_is_overloaded" or "slow_down" => 529,
        "vector_store_timeout" => 504,
        "invalid_prompt" or "invalid_encrypted_content" or "content_filter" or "bio_policy" or "cyber_policy" => 400,
        { } policy when policy.Contains("_policy", StringComparison.Ordinal) => 400,
        { } image when Image().IsMatch(image) => 400,
        _ => null,
    };

    [GeneratedRegex(@"only (?:supported|available|accessible) (?:in|through|via|with) (?:the )?`?/?v1/responses|(?:please )?use (?:the )?`?/?v1/responses|only (?:supported|available) (?:in|through|via) the responses api|not a chat model and thus not supported in the v1/chat/completions|chatCompletion operation does not work with the specified model", RegexOptions.IgnoreCase)]
    private static partial Regex OnlyInResponses();

    [GeneratedRegex(@"responses api is (?:not (?:supported|enabled|available)|only enabled)|not supported (?:in|with|by) (?:the )?(?:responses api|`?/?v1/responses)|responses operation does not work with the specified model|^(?:resource )?not found\.?$|^invalid url \(POST [\w/]*/responses\)", RegexOptions.IgnoreCase)]
    private static partial Regex NotInResponses();

    [GeneratedRegex(@"^(?:tools|input)(?:(?:\[\d+\]|\.\d+)(?:\.(?:tools|content))?)+\.type$")]
    private static partial Regex KindPath();

    [GeneratedRegex(@"(?:unsupported|unknown|unrecognized|invalid) (?:tool|item|input item) type|(?:tool|item) type [^.]{0,60}(?:not supported|unsupported|unknown)|only [`'""]?function[`'""]? tools are supported|^(?:tools|input)(?:\[\d+\]|\.\d+)\.type: ", RegexOptions.IgnoreCase)]
    private static partial Regex KindWords();

    [GeneratedRegex("^(?:invalid_|empty_|failed_to_download_|unsupported_)?(?:base64_)?image(?:_|$)|_image$|_image_", RegexOptions.None)]
    private static partial Regex Image();
}
