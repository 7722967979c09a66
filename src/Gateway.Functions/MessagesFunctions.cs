using Gateway.Completions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>Anthropic's Messages API. The level is anonymous because the gateway checks keys of its own.</summary>
public sealed class MessagesFunctions(CompletionHandler completions, CountTokensHandler tokens)
{
    [Function("messages")]
    public Task MessagesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/messages")] HttpRequest request,
        CancellationToken cancellationToken) => completions.MessagesAsync(request.HttpContext, cancellationToken);

    [Function("count-tokens")]
    public Task CountTokensAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/messages/count_tokens")] HttpRequest request,
        CancellationToken cancellationToken) => tokens.HandleAsync(request.HttpContext, cancellationToken);
}
