namespace Gateway.Translation.Profiles;

/// <summary>
/// What one upstream model accepts and how it wants it said. The default is a plain OpenAI model without reasoning.
/// Each flag has the name and the values that configuration uses (<see cref="ProfileFlags"/>).
/// </summary>
public sealed record Profile
{
    public static readonly Profile Default = new();

    /// <summary><c>tokenField</c>: <c>max_completion_tokens</c> or <c>max_tokens</c>.</summary>
    public string TokenField { get; init; } = "max_completion_tokens";

    /// <summary><c>tokenFieldOnly</c>: the other name is refused, or nothing to it.</summary>
    public bool TokenFieldOnly { get; init; }

    /// <summary><c>sampling</c>: <c>full</c>, or <c>none</c> for reasoning models that reject temperature and top_p.</summary>
    public bool Sampling { get; init; } = true;

    /// <summary><c>topK</c>: may send top_k.</summary>
    public bool TopK { get; init; }

    /// <summary><c>stop</c>: accepts stop; otherwise the gateway enforces stop sequences itself.</summary>
    public bool Stop { get; init; } = true;

    /// <summary><c>effort</c>: accepted values of reasoning_effort; empty means the model has none.</summary>
    public IReadOnlyList<string> Effort { get; init; } = [];

    /// <summary><c>effortWithTools</c>: <c>ok</c>, or <c>forceNone</c> where tools and reasoning exclude each other.</summary>
    public EffortWithTools EffortWithTools { get; init; }

    /// <summary><c>replayReasoning</c>: <c>never</c>, <c>toolTurns:field</c> or <c>always:field</c>; the field <c>content</c> means a part of the content (Magistral).</summary>
    public ReasoningReplay ReplayReasoning { get; init; } = ReasoningReplay.Never;

    /// <summary><c>toolChoice</c>: <c>full</c>, <c>noNamed</c>, <c>autoOnly</c> or <c>notThinking</c>.</summary>
    public ToolChoiceSupport ToolChoice { get; init; }

    /// <summary><c>parallelTools</c> (or <c>parallelFlag</c>): accepts parallel_tool_calls.</summary>
    public bool ParallelTools { get; init; } = true;

    /// <summary><c>schemaDialect</c>: <c>openai</c>, <c>gemini</c>, <c>groq</c>, <c>mistral</c>, <c>moonshot</c> or <c>any</c>.</summary>
    public SchemaDialect SchemaDialect { get; init; }

    /// <summary><c>toolIdFormat</c>: <c>any</c>, <c>openai40</c> or <c>mistral9</c>.</summary>
    public ToolIdFormat ToolIdFormat { get; init; }

    /// <summary><c>maxTools</c>: more are refused. Deferred tools that nobody loaded stay away first.</summary>
    public int? MaxTools { get; init; }

    /// <summary><c>systemPlacement</c>: <c>anywhere</c> or <c>firstOnly</c>.</summary>
    public bool SystemFirstOnly { get; init; }

    /// <summary><c>systemRole</c>: <c>system</c>, or <c>developer</c>.</summary>
    public bool DeveloperRole { get; init; }

    /// <summary><c>contentFormat</c>: <c>auto</c>, <c>string</c> or <c>parts</c>.</summary>
    public ContentFormat ContentFormat { get; init; }

    /// <summary><c>vision</c>: the model sees images; otherwise it is told in words that there was one.</summary>
    public bool Vision { get; init; } = true;

    /// <summary><c>imagesInToolResult</c>: tool messages may hold images; otherwise they follow in a user message.</summary>
    public bool ImagesInToolResult { get; init; }

    /// <summary><c>fileParts</c>: accepts file content parts (PDF).</summary>
    public bool FileParts { get; init; } = true;

    /// <summary><c>prefill</c>: <c>plain</c>, <c>plain:user</c>, <c>reject</c>, <c>continue:vllm</c> or <c>continue:prefix</c>.</summary>
    public PrefillSupport Prefill { get; init; }

    /// <summary><c>strictAlternation</c>: user and assistant must alternate.</summary>
    public bool StrictAlternation { get; init; }

    /// <summary><c>mergeAssistant</c>: assistant messages in a row are sent as one.</summary>
    public bool MergeAssistant { get; init; }

    /// <summary><c>userAfterTool</c>: <c>ok</c>, <c>bridge</c> or <c>fold</c>.</summary>
    public UserAfterTool UserAfterTool { get; init; }

    /// <summary><c>streamUsage</c>: accepts stream_options.</summary>
    public bool StreamUsage { get; init; } = true;

    /// <summary><c>emptyContent</c>: the content of an assistant turn without text; null is sent as JSON null.</summary>
    public string? EmptyContent { get; init; }

    /// <summary><c>maxOutputTokens</c>: larger requests are clamped to it.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary><c>inlineThink</c>: reasoning comes inside the content, between tags: <c>false</c>, <c>true</c>, <c>tagged</c> or <c>headless</c>.</summary>
    public InlineThink InlineThink { get; init; }

    /// <summary><c>webSearch</c>: the upstream can search by itself (web_search_options).</summary>
    public bool WebSearch { get; init; }

    /// <summary><c>fetchRemote</c> (or <c>imageUrl</c> with the opposite value): the upstream does not fetch image URLs, the gateway would have to.</summary>
    public bool FetchRemote { get; init; }

    /// <summary><c>claudeThinking</c>: how a Claude upstream wants effort said: <c>adaptive</c>, <c>budget</c> or <c>none</c>.</summary>
    public ClaudeThinking ClaudeThinking { get; init; } = ClaudeThinking.Budget;

    /// <summary><c>credential</c>: <c>gateway</c> holds the upstream key, or <c>client</c> when the client's own is forwarded.</summary>
    public bool ClientCredential { get; init; }

    /// <summary><c>structuredOutput</c>: <c>json_schema</c>, or <c>json_object</c> with the schema in the prompt.</summary>
    public bool JsonSchema { get; init; } = true;

    /// <summary><c>structuredOutputWithTools</c>: accepts response_format together with tools.</summary>
    public bool JsonSchemaWithTools { get; init; } = true;

    /// <summary><c>thinkingStyle</c>: how thinking is switched on and off besides reasoning_effort.</summary>
    public ThinkingStyle ThinkingStyle { get; init; }

    /// <summary><c>absentMeansOff</c>: a request that does not ask for thinking switches it off.</summary>
    public bool AbsentMeansOff { get; init; }

    /// <summary><c>openAiFields</c>: knows safety_identifier, prompt_cache_key and service_tier.</summary>
    public bool OpenAiFields { get; init; } = true;

    /// <summary><c>promptCache</c>: how the client's cache marks are said: <c>none</c> (also <c>auto</c>: the upstream caches by itself), <c>cache_control</c> or <c>prompt_cache_breakpoint</c>.</summary>
    public PromptCache PromptCache { get; init; }

    /// <summary><c>autoCache</c>: how prompts of Chat clients are cached that set no mark of their own, at an upstream of the Messages API: <c>none</c>, <c>top</c> or <c>marks</c>.</summary>
    public AutoCache AutoCache { get; init; }

    /// <summary><c>tokenizer</c>: <c>o200k_base</c>, or <c>unknown</c> where the gateway can only estimate how many tokens a text is.</summary>
    public bool O200k { get; init; }

    /// <summary><c>phase</c>: tells remarks on the way from the answer, and wants to be told (Responses).</summary>
    public bool Phase { get; init; }

    /// <summary><c>mayOmitFinish</c>: a stream that just ends is complete.</summary>
    public bool MayOmitFinish { get; init; }
}

public enum EffortWithTools
{
    Ok,
    ForceNone,
}

public enum ToolChoiceSupport
{
    Full,
    NoNamed,
    AutoOnly,

    /// <summary>A call may be forced, but not while the model thinks; and it thinks unless told not to.</summary>
    NotThinking,
}

public enum ToolIdFormat
{
    Any,

    /// <summary>At most 40 characters.</summary>
    OpenAi,

    /// <summary>Nine letters and digits.</summary>
    Mistral,
}

/// <summary>The form of a content that is nothing but text. Beside an image, and with a cache mark, a text is always a part.</summary>
public enum ContentFormat
{
    /// <summary>One text is a string, several are parts.</summary>
    Auto,

    /// <summary>Always one string, a blank line between the texts.</summary>
    Text,

    /// <summary>Always parts.</summary>
    Parts,
}

/// <summary>What to do where a user or system message would follow the results of tools.</summary>
public enum UserAfterTool
{
    Ok,

    /// <summary>A short assistant turn goes in between.</summary>
    Bridge,

    /// <summary>The text goes to the end of the last result; what is no text needs the bridge all the same.</summary>
    Fold,
}

public enum SchemaDialect
{
    OpenAi,
    Gemini,
    Groq,
    Mistral,
    Moonshot,
    Any,
}

public enum PrefillSupport
{
    Plain,
    Reject,

    /// <summary>Sent as it is, with a short user turn behind it: the server wants the last word to be the user's.</summary>
    UserTurn,

    /// <summary>vLLM's continue_final_message.</summary>
    ContinueVllm,

    /// <summary>The prefix flag on the last message (Mistral, DeepSeek).</summary>
    ContinuePrefix,
}

public enum ClaudeThinking
{
    None,
    Budget,
    Adaptive,
}

public enum PromptCache
{
    /// <summary>Marks are left out: upstreams cache prefixes on their own, and strict ones refuse unknown members.</summary>
    None,

    /// <summary><c>cache_control</c> on text parts and tools (OpenRouter and LiteLLM with Claude and Gemini).</summary>
    CacheControl,

    /// <summary><c>prompt_cache_breakpoint</c> on text parts (GPT-5.6 and later).</summary>
    Breakpoint,
}

public enum AutoCache
{
    None,

    /// <summary><c>cache_control</c> at the top of the request: the server sets the mark where the prompt ends.</summary>
    Top,

    /// <summary>A mark behind system and tools and one where the prompt ends, for servers that know marks on blocks only.</summary>
    Marks,
}

public enum ThinkingStyle
{
    /// <summary>reasoning_effort is the only lever.</summary>
    Effort,

    /// <summary><c>thinking: {type: enabled | disabled}</c> (DeepSeek, GLM, Kimi).</summary>
    ThinkingType,

    /// <summary><c>enable_thinking</c> and <c>thinking_budget</c> (Qwen on DashScope).</summary>
    EnableThinking,

    /// <summary><c>chat_template_kwargs: {enable_thinking}</c> (vLLM, SGLang).</summary>
    ChatTemplate,

    /// <summary><c>reasoning: {effort | max_tokens | enabled}</c> (OpenRouter).</summary>
    ReasoningObject,
}

/// <summary>How reasoning is told from the answer where both come in one text.</summary>
public enum InlineThink
{
    Never,

    /// <summary>A tag at the head opens it; without one a stream waits for the tag that closes it, and all is text if none comes.</summary>
    OpenedOrNot,

    /// <summary>A tag at the head opens it; without one all is text, at once.</summary>
    Tagged,

    /// <summary>The model always begins with it: all is thinking, at once, until a tag closes it.</summary>
    Headless,
}

/// <summary>Whether earlier reasoning goes back to the upstream, and in which field of the assistant message.</summary>
public sealed record ReasoningReplay(ReplayWhen When, string Field)
{
    public static readonly ReasoningReplay Never = new(ReplayWhen.Never, "");
}

public enum ReplayWhen
{
    Never,
    ToolTurns,
    Always,
}
