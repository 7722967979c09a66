using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Claude;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>Says a Responses request in the hub's words, and from there to servers of the other forms. Nothing is dropped for the sake of a model.</summary>
public static class ResponsesHub
{
    /// <summary>Writes the body for an Anthropic server, or returns why there is none; <paramref name="output"/> is then untouched.</summary>
    /// <param name="request">The client's request.</param>
    /// <param name="upstreamModel">The model's name there; its family decides the finer points.</param>
    /// <param name="profile">What the model accepts.</param>
    /// <param name="report">Hears what was dropped, changed or repaired.</param>
    /// <param name="output">Takes the body.</param>
    /// <param name="takesCacheControl">False where the model refused cache marks before.</param>
    public static GatewayError? WriteMessages(ResponsesRequest request, string upstreamModel, Profile profile, TranslationReport report, IBufferWriter<byte> output, bool takesCacheControl = true) =>
        TryRead(request, report, out HubRequest? hub) ?? InClientsWords(ClaudeRequestWriter.Write(hub!, upstreamModel, profile, report, output, request.Stream, takesCacheControl));

    /// <summary>An error that speaks of messages, of which these clients know none.</summary>
    public static GatewayError? InClientsWords(GatewayError? error) =>
        error is { Param: null } && error.Message.StartsWith("messages", StringComparison.Ordinal) && error.Message.IndexOf(": ", StringComparison.Ordinal) is > 0 and int colon
            ? ResponsesRequestCheck.Wrong("input", error.Message[(colon + 2)..])
            : error;

    /// <summary>The request as one of Messages, for the writers that begin there. It lives as long as the request, and the buffer.</summary>
    /// <param name="request">The client's request.</param>
    /// <param name="report">Hears what was dropped, changed or repaired.</param>
    /// <param name="body">Takes the body of Messages.</param>
    /// <param name="error">Why there is none.</param>
    public static MessagesRequest? ToMessages(ResponsesRequest request, TranslationReport report, PooledBuffer body, out GatewayError? error)
    {
        error = TryRead(request, report, out HubRequest? hub);
        if (hub is null)
        {
            return null;
        }

        HubRequestWriter.Write(hub, request.Model, body);
        return MessagesRequest.TryParse(body.Memory, hub.Extras, out error);
    }

    internal static GatewayError? TryRead(ResponsesRequest request, TranslationReport report, out HubRequest? hub)
    {
        hub = null;
        JsonElement body = request.Body;
        GatewayError? error = ResponsesTools.TryRead(body, report, out ResponsesTools tools);
        HubToolChoice choice = default;
        IReadOnlySet<string>? allowed = null;
        if (error is null && tools.Tools.Count > 0)
        {
            error = ResponsesToolChoice.TryRead(body, tools, report, out choice, out allowed);
        }

        ItemTurns? turns = null;
        error ??= ItemTurns.TryRead(body, tools, report, out turns);
        if (error is null && turns is not null && turns.Turns.TrueForAll(turn => turn.Role == TurnRole.System || turn.IsEmpty))
        {
            error = ResponsesRequestCheck.Wrong("input", "holds nothing that a model could answer; add a user message");
        }

        if (error is not null || turns is null)
        {
            return error;
        }

        hub = new HubRequest
        {
            Stream = request.Stream,
            Bytes = request.Source.Length,
            MaxTokens = request.Output.MaxTokens,
            System = turns.System,
            Turns = turns.Turns,
            Tools = tools.Tools,
            ToolChoice = choice,
            Temperature = body.Member("temperature"u8),
            TopP = body.Member("top_p"u8),
            TopK = default,
            Stop = default,
            Effort = body.Member("reasoning"u8).Member("effort"u8).Text(),
            CacheControl = default,
            Extras = new RequestExtras(ResponsesKnobs.Read(body), tools.Tools, [], allowed),
        };
        return null;
    }
}
