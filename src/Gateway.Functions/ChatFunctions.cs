using Gateway.Completions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>OpenAI's Chat Completions API for the same models.</summary>
public sealed class ChatFunctions(CompletionHandler completions)
{
    [Function("chat-completions")]
    public Task ChatCompletionsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/chat/completions")] HttpRequest request,
        CancellationToken cancellationToken) => completions.ChatCompletionsAsync(request.HttpContext, cancellationToken);
}
