using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.OpenAi;

/// <summary>
/// The body of a <c>POST /v1/chat/completions</c>, parsed once. It stays on the client's bytes, which must live as long.
/// Only what every upstream needs is checked here; what an Anthropic upstream cannot do is refused when the request
/// is written for one.
/// </summary>
public sealed class ChatRequest : IDisposable
{
    private readonly JsonDocument _document;

    private ChatRequest(JsonDocument document)
    {
        _document = document;
        Model = Body.Member("model"u8).Text();
        Stream = Body.Member("stream"u8).IsTrue();
        IncludeUsage = Stream && Body.Member("stream_options"u8).Member("include_usage"u8).IsTrue();
    }

    /// <summary>The model that was asked for: answers echo it.</summary>
    public string Model { get; }

    public bool Stream { get; }

    /// <summary>The client wants the last chunk with the usage.</summary>
    public bool IncludeUsage { get; }

    /// <summary>The most output that the client allows; null when it does not say.</summary>
    public long? MaxOutputTokens =>
        Body.Member("max_completion_tokens"u8) is { ValueKind: JsonValueKind.Number } limit && limit.TryGetInt64(out long tokens) ? tokens
        : Body.Member("max_tokens"u8) is { ValueKind: JsonValueKind.Number } older && older.TryGetInt64(out tokens) ? tokens
        : null;

    internal JsonElement Body => _document.RootElement;

    internal JsonElement Messages => Body.Member("messages"u8);

    /// <summary>Parses and checks a body. Unknown fields are never an error.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out ChatRequest? request, [NotNullWhen(false)] out GatewayError? error)
    {
        request = null;
        JsonDocument document;
        try
        {
            if (!JsonNames.AreReadable(body.Span))
            {
                error = GatewayError.InvalidRequest("The request body is not valid Unicode.");
                return false;
            }

            document = JsonDocument.Parse(body, JsonFormat.DocumentOptions);
        }
        catch (JsonException)
        {
            error = GatewayError.InvalidRequest("The request body is not valid JSON.");
            return false;
        }

        error = ChatRequestCheck.Find(document.RootElement);
        if (error is not null)
        {
            document.Dispose();
            return false;
        }

        request = new ChatRequest(document);
        return true;
    }

    /// <summary>How the answer of this request is to be written; hand it to <see cref="MessagesAnswerTranslator"/>.</summary>
    /// <param name="upstreamModel">The model the request was written for.</param>
    /// <param name="profile">The profile it was written with.</param>
    /// <param name="id">An id for an answer that has to begin before the upstream gave one.</param>
    /// <param name="created">Seconds since 1970.</param>
    public ChatAnswerOptions AnswerOptions(string upstreamModel, Profile profile, string id, long created) => new()
    {
        Model = Model,
        Id = id,
        Created = created,
        Streaming = Stream,
        IncludeUsage = IncludeUsage,
        CustomTools = ToolsWriter.CustomNames(Body),
        JsonTool = StructuredOutput.Of(Body, upstreamModel, profile).Kind == StructuredOutputKind.ForcedTool,
    };

    public void Dispose() => _document.Dispose();
}
