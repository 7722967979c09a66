using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Claude;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.SameForm;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>
/// The body of a <c>POST /v1/responses</c>, parsed once. It stays on the client's bytes, which must live as long. Nothing
/// is kept between requests, so what needs a server that keeps something is refused here.
/// </summary>
public sealed class ResponsesRequest : IDisposable
{
    private readonly JsonDocument _document;

    private ResponsesRequest(JsonDocument document, ReadOnlyMemory<byte> source, OutputLimits output)
    {
        (_document, Source, Output) = (document, source, output);
        EstimatedInput = PromptSize.Of(Body, source.Length);
        Model = Body.Member("model"u8).Text();
        Stream = Body.Member("stream"u8).IsTrue();
    }

    /// <summary>The client's bytes, in which every text is text.</summary>
    public ReadOnlyMemory<byte> Source { get; }

    /// <summary>The model that was asked for: answers echo it.</summary>
    public string Model { get; }

    public bool Stream { get; }

    /// <summary>How much output the client allows.</summary>
    public OutputLimits Output { get; }

    /// <summary>Tokens of input, roughly.</summary>
    public long EstimatedInput { get; }

    /// <summary>The conversation's name, where the client gave it one.</summary>
    public string? Session => Body.Text("prompt_cache_key"u8);

    /// <summary>The client offers tools, in their list or among the items.</summary>
    public bool HasTools => Body.Member("tools"u8).Items().Any() || Body.Member("input"u8).Items().Any(item => item.Member("type"u8).Is("additional_tools"u8));

    /// <summary>The client lets its upstream search the web.</summary>
    public bool MaySearch => SearchWish.IsIn(Body);

    /// <summary>
    /// Whether the request may go to a server of its own form as it is. Servers that are known to have only a part of
    /// OpenAI's API, and models that are known to refuse what is asked here, get it said in what they know.
    /// </summary>
    /// <param name="target">The server, the model, and what both have refused.</param>
    public bool PassesTo(RelayTarget target)
    {
        Profile profile = target.Profile;
        return profile is { OpenAiFields: true, ToolChoice: ToolChoiceSupport.Full, JsonSchema: true, JsonSchemaWithTools: true }
            && (profile.Vision || Source.Span.IndexOf("\"input_image\""u8) < 0)
            && (profile.FileParts || Source.Span.IndexOf("\"input_file\""u8) < 0)
            && !target.RejectedParameters.Any(name => name is "text.format" or RejectedParameters.ToolDescription or OtherApis.Kinds || name.StartsWith("tool_choice", StringComparison.Ordinal));
    }

    internal JsonElement Body => _document.RootElement;

    /// <summary>A summary of the model's thoughts is to be told.</summary>
    private bool WantsSummary => Body.Member("reasoning"u8).Member("summary"u8).Exists() || Body.Member("reasoning"u8).Member("generate_summary"u8).Exists();

    private bool WantsState => Body.Member("include"u8).Items().Any(name => name.Is("reasoning.encrypted_content"u8));

    /// <summary>Parses and checks a body. Unknown fields are never an error.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ResponsesRequest? request, [NotNullWhen(false)] out GatewayError? error)
    {
        request = null;
        if (!OpenAiBody.TryParse(ref body, out JsonDocument? document, out error))
        {
            return false;
        }

        error = ResponsesRequestCheck.Find(document.RootElement, out OutputLimits output);
        if (error is not null)
        {
            document.Dispose();
            return false;
        }

        request = new ResponsesRequest(document, body, output);
        return true;
    }

    /// <summary>What the conversation is known by that has no name.</summary>
    public ConversationHead ReadHead() => ConversationHead.OfItems(Body);

    /// <summary>What the answer's translation must remember of this request, whoever answers.</summary>
    /// <param name="context">What the upstream's side needs.</param>
    /// <param name="id">Of an answer that has to begin before the upstream gave one.</param>
    /// <param name="created">Seconds since 1970.</param>
    public AnswerContext AnswerContextFor(AnswerContext context, string id, long created)
    {
        ResponsesTools.TryRead(Body, new TranslationReport(), out ResponsesTools tools);
        return context with
        {
            Model = Model,
            Id = id,
            Created = created,
            Streaming = Stream,
            ThinkingWanted = WantsSummary || WantsState || Body.Member("reasoning"u8).Member("effort"u8).IsText(),
            ThinkingOmitted = !WantsSummary,

            // Sources stand on the text here, and not in blocks of a search.
            WebSearchOffered = false,
            CustomTools = tools.Tools.Where(tool => tool.IsCustom).Select(tool => tool.Name).ToHashSet(),
            Wish = new ResponseWish
            {
                Echo = ResponsesEcho.Of(Body),
                StateWanted = WantsState,
                SearchesWanted = true,
                PhaseWanted = Body.Member("input"u8).Items().Any(item => item.Member("phase"u8).Exists()),
                Namespaces = tools.Namespaces,
            },
        };
    }

    /// <summary>What a Claude server's answer has to be told of, besides.</summary>
    /// <param name="upstreamModel">The model the request was written for.</param>
    /// <param name="profile">The profile it was written with.</param>
    public AnswerContext ClaudeContext(string upstreamModel, Profile profile)
    {
        ResponsesTools.TryRead(Body, new TranslationReport(), out ResponsesTools tools);
        ClaudeOutputFormat format = ClaudeOutputFormat.Of(ResponsesKnobs.Format(Body), tools.Tools.Count > 0, upstreamModel, profile);
        return new AnswerContext
        {
            Model = Model,
            Profile = profile,
            ToolNames = ClaudeToolNames.Original(tools.Tools.Select(tool => tool.Name)),
            PropertyNames = ToolsReader.PropertyNames(tools.Tools, format),
            JsonTool = format.Kind == OutputFormatKind.ForcedTool,
        };
    }

    public void Dispose() => _document.Dispose();
}
