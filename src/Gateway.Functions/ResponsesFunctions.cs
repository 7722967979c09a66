using Gateway.Completions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Functions;

/// <summary>OpenAI's Responses API for the same models.</summary>
public sealed class ResponsesFunctions(CompletionHandler completions, CountTokensHandler tokens)
{
    [Function("responses")]
    public Task ResponsesAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/responses")] HttpRequest request,
        CancellationToken cancellationToken) => completions.ResponsesAsync(request.HttpContext, cancellationToken);

    [Function("responses-input-tokens")]
    public Task InputTokensAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/responses/input_tokens")] HttpRequest request,
        CancellationToken cancellationToken) => tokens.InputTokensAsync(request.HttpContext, cancellationToken);
}
