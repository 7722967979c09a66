using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Hub;

/// <summary>Says a Chat request to the hub, and says it again as Chat: what a request of another form goes through.</summary>
internal static class ThroughTheHub
{
    /// <summary>A server that takes everything, so that whatever is missing was lost on the way.</summary>
    public static readonly Profile TakesAll = Profile.Default with
    {
        TopK = true,
        WebSearch = true,
        Effort = ["none", "minimal", "low", "medium", "high", "xhigh", "max"],
        SchemaDialect = SchemaDialect.Any,
        PromptCache = PromptCache.CacheControl,
    };

    public static JsonObject Say(string chat, Profile? profile = null, TranslationReport? report = null) =>
        Say(Encoding.UTF8.GetBytes(chat), out GatewayError? error, profile, report) ?? throw new InvalidOperationException(error?.Message);

    /// <summary>Names that OpenAI refuses are shortened; the answer gives them back.</summary>
    private static string WithOwnNames(ReadOnlySpan<byte> chat, IReadOnlyDictionary<string, string> names) =>
        names.Aggregate(Encoding.UTF8.GetString(chat), (json, name) => json.Replace($"\"{name.Key}\"", JsonSerializer.Serialize(name.Value), StringComparison.Ordinal));

    /// <summary>Returns null and the error where the request cannot be said in the hub, or in Chat.</summary>
    public static JsonObject? Say(byte[] chat, out GatewayError? error, Profile? profile = null, TranslationReport? report = null)
    {
        if (!ChatRequest.TryParse(chat, out ChatRequest? client, out error))
        {
            return null;
        }

        using (client)
        {
            report ??= new TranslationReport();
            error = HubRequestReader.TryRead(client, report, out HubRequest? meant);
            if (error is not null || meant is null)
            {
                return null;
            }

            ArrayBufferWriter<byte> hub = new();
            HubRequestWriter.Write(meant, client.Model, hub);
            using MessagesRequest? request = MessagesRequest.TryParse(hub.WrittenMemory, meant.Extras, out error);
            if (request is null)
            {
                return null;
            }

            ArrayBufferWriter<byte> again = new();
            error = ChatRequestWriter.TryWrite(request, new ChatUpstream(client.Model, "openai", client.Model, profile ?? TakesAll), report, again, out AnswerContext? context);
            return context is null ? null : JsonNode.Parse(WithOwnNames(again.WrittenSpan, context.ToolNames))!.AsObject();
        }
    }
}
