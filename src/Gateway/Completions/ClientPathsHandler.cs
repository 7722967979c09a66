using Gateway.Http;
using Microsoft.AspNetCore.Http;

namespace Gateway.Completions;

/// <summary>Clients' endpoints under the other paths that they are asked for by (<see cref="ClientPath"/>), and the answer where there is none.</summary>
public sealed class ClientPathsHandler(CompletionHandler completions, CountTokensHandler tokens, ModelsHandler models, InfoHandler info)
{
    /// <summary>Everything that no route took.</summary>
    public Task HandleAsync(HttpContext http, CancellationToken cancellationToken)
    {
        bool posts = HttpMethods.IsPost(http.Request.Method);
        bool reads = HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method);
        return ClientPath.Of(http.Request.Path.Value ?? "").ToLowerInvariant() switch
        {
            "v1/messages" when posts => completions.MessagesAsync(http, cancellationToken),
            "v1/messages/count_tokens" when posts => tokens.HandleAsync(http, cancellationToken),
            "v1/chat/completions" when posts => completions.ChatCompletionsAsync(http, cancellationToken),
            "v1/models" when reads => models.ListAsync(http, cancellationToken),
            ['v', '1', '/', 'm', 'o', 'd', 'e', 'l', 's', '/', ..] when reads => models.GetAsync(http, cancellationToken),
            _ => info.FallbackAsync(http, cancellationToken),
        };
    }
}
