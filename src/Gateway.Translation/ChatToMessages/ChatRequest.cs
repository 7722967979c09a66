using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Translation.Claude;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// The body of a <c>POST /v1/chat/completions</c>, parsed once. It stays on the client's bytes, which must live as long.
/// Only what every upstream needs is checked here; what an Anthropic upstream cannot do is refused when the request
/// is written for one.
/// </summary>
public sealed class ChatRequest : IDisposable
{
    private readonly JsonDocument _document;

    private ChatRequest(JsonDocument document, ReadOnlyMemory<byte> source, OutputLimits output)
    {
        (_document, Source, Output) = (document, source, output);
        EstimatedInput = PromptSize.Of(Body, source.Length);
        Model = Body.Member("model"u8).Text();
        Stream = Body.Member("stream"u8).IsTrue();
        IncludeUsage = Stream && Body.Member("stream_options"u8).Member("include_usage"u8).IsTrue();
    }

    /// <summary>The client's bytes, in which every text is text.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>The model that was asked for: answers echo it.</summary>
    public string Model { get; }

    public bool Stream { get; }

    /// <summary>The client wants the last chunk with the usage.</summary>
    public bool IncludeUsage { get; }

    /// <summary>How much output the client allows.</summary>
    public OutputLimits Output { get; }

    /// <summary>Models that think within max_tokens are given more than the client's, so that room for an answer is left.</summary>
    public bool MayRaiseOutput => Body.Member("reasoning_effort"u8).Exists();

    /// <summary>Tokens of input, roughly.</summary>
    public long EstimatedInput { get; }

    /// <summary>The client declares tools.</summary>
    public bool HasTools => ToolsReader.AnyIn(Body);

    /// <summary>The client lets its upstream search the web.</summary>
    public bool MaySearch => SearchWish.IsIn(Body);

    /// <summary>The conversation's name, where the client gave it one.</summary>
    public string? Session => Body.Text("prompt_cache_key"u8);

    internal JsonElement Body => _document.RootElement;

    /// <summary>Parses and checks a body. Unknown fields are never an error.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ChatRequest? request, [NotNullWhen(false)] out GatewayError? error)
    {
        request = null;
        if (!OpenAiBody.TryParse(ref body, out JsonDocument? document, out error))
        {
            return false;
        }

        error = ChatRequestCheck.Find(document.RootElement, out OutputLimits output);
        if (error is not null)
        {
            document.Dispose();
            return false;
        }

        request = new ChatRequest(document, body, output);
        return true;
    }

    /// <summary>What the conversation is known by that has no name.</summary>
    public ConversationHead ReadHead() => ConversationHead.Of(Body);

    /// <summary>What the answer's translation must remember of this request.</summary>
    /// <param name="upstreamModel">The model the request was written for.</param>
    /// <param name="profile">The profile it was written with.</param>
    /// <param name="id">An id for an answer that has to begin before the upstream gave one.</param>
    /// <param name="created">Seconds since 1970.</param>
    public AnswerContext AnswerContextFor(string upstreamModel, Profile profile, string id, long created)
    {
        ToolsReader.TryRead(Body, out List<HubTool> tools, out _);
        ClaudeOutputFormat format = ClaudeOutputFormat.Of(Body.Member("response_format"u8), ToolsReader.AnyIn(Body), upstreamModel, profile);
        return new AnswerContext
        {
            Model = Model,
            Id = id,
            Created = created,
            Streaming = Stream,
            Profile = profile,
            IncludeUsage = IncludeUsage,
            ToolNames = ClaudeToolNames.Original(tools.Select(tool => tool.Name)),
            CustomTools = ToolsReader.CustomNames(tools),
            PropertyNames = ToolsReader.PropertyNames(tools, format),
            JsonTool = format.Kind == OutputFormatKind.ForcedTool,
        };
    }

    /// <summary>What the answer's translation must remember beside what the writer for the upstream knows.</summary>
    public AnswerContext AsChat(AnswerContext answer, string id, long created)
    {
        ToolsReader.TryRead(Body, out List<HubTool> tools, out _);
        return answer with { Id = id, Created = created, IncludeUsage = IncludeUsage, CustomTools = ToolsReader.CustomNames(tools) };
    }

    public void Dispose() => _document.Dispose();
}
