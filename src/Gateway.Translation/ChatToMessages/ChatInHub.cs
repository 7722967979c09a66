using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.ChatToMessages;

/// <summary>A Chat request in the words of Messages, for the writers that start from those.</summary>
public sealed class ChatInHub : IDisposable
{
    private readonly PooledBuffer _body;

    private ChatInHub(MessagesRequest request, PooledBuffer body) => (Request, _body) = (request, body);

    public MessagesRequest Request { get; }

    /// <summary>Returns null and the error when the request cannot be said so.</summary>
    public static ChatInHub? TryRead(ChatRequest request, TranslationReport report, out GatewayError? error)
    {
        // Two hops, and each may have changed something.
        report.Changed("api:chat->messages->responses");
        error = HubRequestReader.TryRead(request, report, out HubRequest? meant);
        if (error is not null || meant is null)
        {
            return null;
        }

        PooledBuffer body = new(request.Source.Length + 256);
        HubRequestWriter.Write(meant, request.Model, body);
        MessagesRequest? said = MessagesRequest.TryParse(body.Memory, meant.Extras, out error);
        if (said is not null)
        {
            return new ChatInHub(said, body);
        }

        body.Dispose();
        return null;
    }

    public void Dispose()
    {
        Request.Dispose();
        _body.Dispose();
    }
}
