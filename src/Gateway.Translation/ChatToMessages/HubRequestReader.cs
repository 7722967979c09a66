using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;

namespace Gateway.Translation.ChatToMessages;

/// <summary>Says a Chat request in the hub's words. Nothing is dropped for the sake of a model.</summary>
internal static class HubRequestReader
{
    // No API has as many; a body that does is not worth a complete report.
    private const int MostUnknownFields = 200;

    /// <summary>Reads the request, or returns why Messages cannot say it.</summary>
    public static GatewayError? TryRead(ChatRequest request, TranslationReport report, out HubRequest? hub)
    {
        hub = null;
        JsonElement body = request.Body;
        List<RequestExtras.Entry> extras = ChatKnobs.Read(body, MostUnknownFields);
        GatewayError? error = Foreign(body, "input") ?? Foreign(body, "prompt");
        List<HubTool> tools = [];
        List<RequestExtras.OtherTool> otherTools = [];
        error ??= ToolsReader.TryRead(body, out tools, out otherTools);
        HubToolChoice choice = default;
        IReadOnlySet<string>? allowed = null;
        if (error is null && (tools.Count > 0 || body.Member("web_search_options"u8).IsObject()))
        {
            error = ChatToolWish.TryRead(body, tools, out choice, out allowed);
        }

        ChatTurns? turns = null;
        error ??= ChatTurns.TryRead(body, report, out turns);
        if (error is not null || turns is null)
        {
            return error;
        }

        hub = new HubRequest
        {
            Stream = request.Stream,
            Bytes = request.Source.Length,
            MaxTokens = Asked(body),
            System = turns.System,
            Turns = turns.Turns,
            Tools = tools,
            ToolChoice = choice,
            Temperature = body.Member("temperature"u8),
            TopP = body.Member("top_p"u8),
            TopK = body.Member("top_k"u8),
            Stop = body.Member("stop"u8),
            Effort = body.Member("reasoning_effort"u8).Text(),
            CacheControl = body.Member("cache_control"u8) is { ValueKind: JsonValueKind.Object } mark ? mark : default,
            Extras = new RequestExtras(extras, tools, otherTools, allowed),
        };
        return null;
    }

    /// <summary>What another API puts the conversation into cannot be left out.</summary>
    private static GatewayError? Foreign(JsonElement body, string field) =>
        body.TryGetProperty(field, out JsonElement value) && value.Exists()
            ? GatewayError.InvalidRequest($"{field}: belongs to another API; send the conversation in messages")
            : null;

    /// <summary>The newer name wins.</summary>
    private static long? Asked(JsonElement body)
    {
        JsonElement newer = body.Member("max_completion_tokens"u8);
        JsonElement asked = newer.Exists() ? newer : body.Member("max_tokens"u8);
        return asked.Exists() ? asked.GetInt64() : null;
    }
}
