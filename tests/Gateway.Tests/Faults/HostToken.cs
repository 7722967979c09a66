using Gateway.Completions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Faults;

/// <summary>Hands requests to the gateway as the Functions host does: with a token that is not the connection's.</summary>
internal sealed class HostToken(CancellationToken cancelled) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, rest) =>
        {
            CompletionHandler completions = http.RequestServices.GetRequiredService<CompletionHandler>();
            return http.Request.Path.Value switch
            {
                "/v1/messages" => completions.MessagesAsync(http, cancelled),
                "/v1/chat/completions" => completions.ChatCompletionsAsync(http, cancelled),
                "/v1/responses" => completions.ResponsesAsync(http, cancelled),
                _ => rest(http),
            };
        });
        next(app);
    };
}
