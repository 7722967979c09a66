using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>Finds the parameters that an upstream does not take, if the gateway can do without them.</summary>
internal static partial class RejectedParameters
{
    /// <summary>Stands for the descriptions of all tools: they are shortened, not left out.</summary>
    public const string ToolDescription = "tools.description";

    /// <summary>Stands for all signed reasoning that the request holds.</summary>
    public const string Signatures = "signatures";

    private const string ToolChoice = "tool_choice";
    private const string Stream = "stream";

    /// <summary>
    /// Knobs: how an answer is made, sent and booked, never what was asked. What a request loses with a knob that holds more
    /// (a schema, a limit, a choice) is said in another way by whoever writes the request.
    /// </summary>
    private static readonly string[] s_dispensable =
    [
        "max_completion_tokens", "max_tokens", "temperature", "top_p", "top_k", "min_p", "presence_penalty", "frequency_penalty",
        "repetition_penalty", "logit_bias", "logprobs", "top_logprobs", "seed", "reasoning_effort", "reasoning", "thinking",
        "enable_thinking", "thinking_budget", "chat_template_kwargs", "verbosity", "stream_options", "parallel_tool_calls", "stop",
        "safety_identifier", "client_metadata", "truncation", "user", "metadata", "store", "prediction", "prompt_cache_key", "prompt_cache_retention", "service_tier",
        "response_format", ResponsesFields.Include, ResponsesFields.Summary, "text.verbosity", "text.format", "cache_control", "prompt_cache_breakpoint", "context_management", "output_config",
        "tools.eager_input_streaming", "tools.input_examples", "tools.strict", "tools.defer_loading", ToolChoice, Stream,
    ];

    /// <summary>Words of every day: in a message they must stand as the name of a parameter.</summary>
    private static readonly string[] s_words = ["user", "metadata", "store", "seed", "reasoning", "thinking", "prediction", "verbosity"];

    /// <summary>A <c>param</c> that does not say which.</summary>
    private static readonly string[] s_wholes = ["", "body", "request", "input", "tools"];

    private static readonly string[] s_signs =
    [
        "unsupported parameter", "unsupported value", "unrecognized request argument", "extra inputs are not permitted",
        "unknown name", "is unsupported", "unsupported for", "not supported", "n't supported", "does not support", "n't support", "unknown parameter", "unexpected keyword",
        "unknown field", "unrecognized field", "invalid parameter", "not allowed for this model", "not permitted", "only allowed when",
        "must be verified to stream", "is deprecated for", "incompatible with", "not compatible with", "cannot be used with", "not implemented",
        "may only be set to", "cannot both be", "must be unset", "or unset when", "may not be enabled when",
    ];

    /// <summary>Parameters with a list of values, which the gateway chose: another model may know fewer of them.</summary>
    private static readonly string[] s_enumerated = ["reasoning_effort", "service_tier", "verbosity", ToolChoice];

    private static readonly string[] s_signsOfValue =
    [
        "must be one of", "must either be", "must be either", "supported values are", "invalid value", "input should be", "invalid tool_choice", "is supported",
        "are supported", "expected one of",
    ];

    /// <summary>What may be left out when the same request is tried once more; likeliest first, empty when that would not help.</summary>
    public static IReadOnlyList<string> Find(UpstreamErrorText text)
    {
        if (IsLongDescription(text))
        {
            return [ToolDescription];
        }

        if (IsSignature(text))
        {
            return [Signatures];
        }

        if (ResponsesFields.IsKindRefused(text))
        {
            return [OtherApis.Kinds];
        }

        if (RefusedBetas.Find(text) is { Count: > 0 } betas)
        {
            return betas;
        }

        if (ResponsesFields.OtherApi(text) is { } api)
        {
            return [api, .. Named(s_dispensable, text)];
        }

        if (ResponsesFields.IsEncryptedRefused(text))
        {
            return [ResponsesFields.Include];
        }

        bool refused = text.Code is "unsupported_parameter" or "unsupported_value" or "unknown_parameter" || s_signs.Any(text.Has);
        if (refused)
        {
            return Named(s_dispensable, text);
        }

        return text.Code is "invalid_value" || s_signsOfValue.Any(text.Has) ? Named(s_enumerated, text) : [];
    }

    /// <summary>"max_tokens is too large: 64000. This model supports at most 16384 completion tokens" and the like.</summary>
    public static int? FindMaxTokens(UpstreamErrorText text) =>
        (text.Has("max_tokens") || text.Has("max_completion_tokens") || text.Has("maximum"))
        && MaxTokens().Match(text.Message ?? "") is { Success: true } match
        && int.TryParse(match.Groups.Cast<Group>().Skip(1).First(g => g.Success).Value, out int max) && max > 0
            ? max
            : null;

    /// <summary>
    /// The error names the parameter in <c>param</c>, and says in <c>code</c> that the model does not know it; of the output
    /// limit, a number that is too large is enough. A value that is not supported says nothing of the parameter, but for
    /// those of which only one is left: the default.
    /// </summary>
    public static bool IsLasting(UpstreamErrorText text)
    {
        if (ResponsesFields.OtherApi(text) is not null || ResponsesFields.IsEncryptedRefused(text) || RefusedBetas.Find(text) is [not RefusedBetas.Header, ..])
        {
            return true;
        }

        if (ParameterOf(text) is not { } parameter)
        {
            return false;
        }

        if (parameter is ResponsesFields.Include or ResponsesFields.Summary)
        {
            return true;
        }

        if (FindMaxTokens(text) is not null)
        {
            return parameter is "max_tokens" or "max_completion_tokens";
        }

        if (Description().IsMatch(text.Parameter ?? ""))
        {
            return text.Code is "string_above_max_length";
        }

        bool unknown = text.Code is "unsupported_parameter" or "unknown_parameter" || text.Parameter is null;
        bool noOther = text.Code is "unsupported_value" && (parameter == Stream || (parameter == ToolChoice && !OfThinking().IsMatch(text.Message ?? "")) || OnlyTheDefault().IsMatch(text.Message ?? ""));
        return (unknown || noOther) && Find(text) is [{ } found, ..] && found == parameter;
    }

    /// <summary>"Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024" and the like.</summary>
    private static bool IsLongDescription(UpstreamErrorText text) =>
        (text.Code is "string_above_max_length" || text.Has("too long") || text.Has("maximum length"))
        && (Description().IsMatch(text.Parameter ?? "") || Description().IsMatch(text.Message ?? ""));

    /// <summary>
    /// The conversation holds reasoning that this server did not sign: "Invalid `signature` in `thinking` block", "Corrupted
    /// thought signature", "The encrypted content could not be verified" and the like.
    /// </summary>
    private static bool IsSignature(UpstreamErrorText text) =>
        text.Code is "invalid_encrypted_content" || BadSignature().IsMatch(text.Message ?? "");

    /// <summary>The member that is there to name it decides alone; in a message, whoever is named first comes first.</summary>
    private static IReadOnlyList<string> Named(string[] names, UpstreamErrorText text)
    {
        if (ParameterOf(text) is { } parameter && !s_wholes.Contains(parameter))
        {
            return names.Contains(parameter) ? [parameter] : [];
        }

        string message = text.Message ?? "";
        return
        [
            .. names.Select(name => (Name: name, At: IndexOf(message, name)))
                .Where(found => found.At >= 0).OrderBy(found => found.At).Select(found => found.Name),
        ];
    }

    private static int IndexOf(string message, string name)
    {
        Match match = name switch
        {
            Stream => Streaming().Match(message),
            ToolChoice => ChoiceOfTools().Match(message),
            "thinking" when Thinking().Match(message) is { Success: true } thinking => thinking,
            "reasoning_effort" or "output_config" when EffortParameter().Match(message) is { Success: true } effort => effort,
            _ when s_words.Contains(name) => Regex.Match(message, $@"(?<=['""`]){name}(?=['""`.])|^{name}(?=(?:\.[a-z_.]+)?:)|(?<=(?:parameter|argument|field|name|supplied)s?:? ){name}(?![A-Za-z0-9_])|(?<![A-Za-z0-9_]){name}(?= (?:parameter|argument|field))"),
            _ => Regex.Match(message, $@"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])"),
        };
        return match.Success ? match.Index : -1;
    }

    /// <summary>What the error says in a place of its own, or in a message that is nothing but a path and fixed words.</summary>
    private static string? ParameterOf(UpstreamErrorText text) =>
        text.Parameter is { Length: > 0 } parameter ? NameOf(parameter)
        : NoExtras().Match(text.Message ?? "") is { Success: true } extra ? NameOf(extra.Groups[1].Value)
        : NoChoice().IsMatch(text.Message ?? "") ? ToolChoice
        : null;

    /// <summary>The marks of prompt caches are inside messages and tools, and some fields inside tools; everything else is at the top.</summary>
    private static string NameOf(string path)
    {
        if (CacheMark().Match(path) is { Success: true } mark)
        {
            return mark.Groups[1].Value;
        }

        return ResponsesFields.NameOf(path) ?? (FieldOfTool().Match(path) is { Success: true } field ? "tools." + field.Groups[1].Value : path.Split('.', '[')[0]);
    }

    [GeneratedRegex(@"^(?:messages|system|tools)(?:\[\d+\]|\.\d+)(?:[A-Za-z0-9_.\[\]]*)\.(cache_control|prompt_cache_breakpoint)(?:\.[a-z0-9_.]+)?$")]
    private static partial Regex CacheMark();

    [GeneratedRegex(@"^tools(?:\[\d+\]|\.\d+)\.(?:[a-z]+\.)?([a-z_]+)$")]
    private static partial Regex FieldOfTool();

    /// <summary>pydantic's way to say it, which servers of Anthropic's form and Mistral have.</summary>
    [GeneratedRegex(@"^([A-Za-z0-9_.\[\]]+): Extra inputs are not permitted\.?$")]
    private static partial Regex NoExtras();

    /// <summary>DeepSeek, vLLM and others name the parameter in words that are the whole message.</summary>
    [GeneratedRegex(@"^(?:This model|[\w./:-]{1,80}) does not support (?:this )?[`'""]?tool_choice[`'""]?\.?$|^[`'""]?tool_choice(?:=\w+)?[`'""]? is not supported(?: by this model)?\.?$", RegexOptions.IgnoreCase)]
    private static partial Regex NoChoice();

    [GeneratedRegex(@"(?<![A-Za-z0-9_]|[Nn]on-)[Ss]tream(?:ing|ed|s)?(?![A-Za-z0-9_])")]
    private static partial Regex Streaming();

    [GeneratedRegex(@"(?<![A-Za-z0-9_])(?:tool_choice|tool choice|tool-choice|toolChoice)(?![A-Za-z0-9_])", RegexOptions.IgnoreCase)]
    private static partial Regex ChoiceOfTools();

    [GeneratedRegex(@"(?:adaptive|extended) thinking|thinking is (?:not|un)|not support thinking|[""'`]thinking\.", RegexOptions.IgnoreCase)]
    private static partial Regex Thinking();

    [GeneratedRegex(@"(?<!_)effort[`'""]? parameter|parameter:? [`'""]?effort(?!_)", RegexOptions.IgnoreCase)]
    private static partial Regex EffortParameter();

    /// <summary>Another request to the same model may think, or not.</summary>
    [GeneratedRegex("thinking|reasoning", RegexOptions.IgnoreCase)]
    private static partial Regex OfThinking();

    /// <summary>The whole message, so that nothing in it can be a quotation.</summary>
    [GeneratedRegex(@"^Unsupported value: '[a-z_]+' does not support [-+0-9.eE]+ with this model\. Only the default \([0-9.]+\) value is supported\.?$")]
    private static partial Regex OnlyTheDefault();

    [GeneratedRegex(@"tools(?:\[\d+\]|\.\d+)\.(?:function\.)?description\b")]
    private static partial Regex Description();

    /// <summary>A quotation of the client's words can bring it about, and costs one more call.</summary>
    [GeneratedRegex(@"(?:invalid|corrupt(?:ed)?|bad|malformed|unknown) [`'""]?(?:signature|data)[`'""]? in [`'""]?(?:redacted_)?(?:thinking|thought|reasoning)|(?:invalid|corrupt(?:ed)?|bad|malformed|unknown) (?:thinking|thought|reasoning)[ _-]?signature|(?:thinking|thought|reasoning)[ _-]?signature[`'""]? (?:is|are|was) (?:not valid|invalid|corrupt|malformed|missing)|missing a thought_signature|thinking\.signature: |redacted_thinking\.data: |blocks? in the latest assistant message cannot be modified|encrypted (?:reasoning )?content .{0,200}?could not be (?:verified|decrypted|parsed)|signature (?:verification failed|does not match|mismatch).{0,80}(?:thinking|thought|reasoning)|(?:thinking|thought|reasoning) .{0,80}signature (?:verification failed|could not be verified|does not match|mismatch)", RegexOptions.IgnoreCase)]
    private static partial Regex BadSignature();

    [GeneratedRegex(@"at most (\d+) (?:completion|output) tokens|max(?:imum)?(?: value)?(?: allowed)? (?:for|of) [`']?max_(?:completion_)?tokens[`']?(?: is|:)? (?:less than or equal to )?[`']?(\d+)|max_(?:completion_)?tokens[`']?:? .{0,40}(?:less than or equal to|at most|<=|must be in|range).{0,12}?\b(\d{3,})(?:\]|\b)|max_tokens: \d+ > (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex MaxTokens();
}
