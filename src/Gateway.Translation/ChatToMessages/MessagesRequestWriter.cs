using System.Buffers;
using Gateway.Translation.Claude;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.ChatToMessages;

/// <summary>
/// Writes a Chat request as the body of <c>POST /v1/messages</c>: first in the hub's words as it was meant, then as Claude
/// takes it. A pure function of its arguments.
/// </summary>
public static class MessagesRequestWriter
{
    /// <summary>
    /// Writes the body, or returns why the request cannot be put to an Anthropic upstream; <paramref name="output"/> is
    /// then untouched.
    /// </summary>
    /// <param name="request">The client's request.</param>
    /// <param name="upstreamModel">The model's name there; its family decides the finer points.</param>
    /// <param name="profile">What the model accepts.</param>
    /// <param name="report">Hears what was dropped, changed or repaired.</param>
    /// <param name="output">Takes the body.</param>
    /// <param name="takesCacheControl">False where the model refused cache marks before.</param>
    /// <param name="stream">Whether to ask for a stream; null asks for what the client wants.</param>
    public static GatewayError? Write(ChatRequest request, string upstreamModel, Profile profile, TranslationReport report, IBufferWriter<byte> output, bool takesCacheControl = true, bool? stream = null)
    {
        GatewayError? error = ClaudeExtras.Refuse(request.Body.Member("n"u8));
        HubRequest? hub = null;
        error ??= HubRequestReader.TryRead(request, report, out hub);
        return error is not null || hub is null ? error : ClaudeRequestWriter.Write(hub, upstreamModel, profile, report, output, stream ?? request.Stream, takesCacheControl);
    }
}
