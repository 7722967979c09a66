using System.Net;
using System.Net.Http.Headers;
using Gateway.Diagnostics;
using Gateway.Routing;
using Gateway.Translation.Errors;
using Gateway.Translation.SameForm;
using Gateway.Upstreams.Credentials;

namespace Gateway.Upstreams;

/// <summary>Sends calls to upstreams. The answer's body is not read: it streams.</summary>
public sealed class UpstreamClient(HttpMessageInvoker network, HttpMessageInvoker echo, UpstreamIdentity? identity)
{
    private const string AnthropicVersion = "2023-06-01";

    /// <exception cref="HttpRequestException">The upstream could not be reached.</exception>
    /// <exception cref="NoTokenException">The gateway's identity may not call it.</exception>
    public async Task<HttpResponseMessage> SendAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        if (request.LocalAnswer is { } local)
        {
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(local) };
        }

        Provider provider = request.Target.Provider;
        for (bool again = false; ; again = true)
        {
            using HttpRequestMessage message = await CreateAsync(request, cancellationToken);
            HttpMessageInvoker invoker = provider.Kind == ProviderKind.Echo ? echo : network;
            try
            {
                HttpResponseMessage answer = await invoker.SendAsync(message, cancellationToken);
                if (again || identity is null || !identity.Clouds.LearnsFrom(answer, message, provider))
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (HttpRequestException failure) when (!again && ReusedConnection.Ended(message, failure))
            {
                // Once more and not again: the server may have read it after all.
            }
        }
    }

    private async ValueTask<HttpRequestMessage> CreateAsync(UpstreamRequest request, CancellationToken cancellationToken)
    {
        Provider provider = request.Target.Provider;
        HttpRequestMessage message = new(request.Endpoint == UpstreamEndpoint.Models ? HttpMethod.Get : HttpMethod.Post, Url(request));
        ReadOnlyMemory<byte> body = request.Body;
        if (message.Method == HttpMethod.Post)
        {
            body = provider.Vertex is null ? body : VertexBody.Of(body.Span, keepModel: request.Endpoint == UpstreamEndpoint.CountTokens);
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        message.Headers.TryAddWithoutValidation("accept", request.Stream ? "text/event-stream" : "application/json");

        // A packed stream comes late: each server keeps back what it has not packed yet.
        message.Headers.TryAddWithoutValidation("accept-encoding", "identity");
        foreach ((string name, string value) in request.Headers)
        {
            Add(message, name, value);
        }

        if (provider.TakesFirstVersionOnly)
        {
            message.Headers.Remove("anthropic-version");
        }

        foreach ((string name, string value) in provider.Headers)
        {
            // The operator's word counts, not the client's.
            message.Headers.Remove(name);
            Add(message, name, value);
            request.Redactor.Add(value.Length >= Redactor.MinSecret ? value : null);
        }

        if (provider.Kind == ProviderKind.Anthropic && !message.Headers.Contains("anthropic-version"))
        {
            message.Headers.TryAddWithoutValidation("anthropic-version", AnthropicVersion);
        }

        TraceContext.Inject(message, Add);
        await AuthorizeAsync(message, body, request, cancellationToken);
        return message;
    }

    /// <summary>Adds a header. A value that cannot stand in one is left out: sending it would throw.</summary>
    private static void Add(HttpRequestMessage message, string name, string value)
    {
        if (HeaderText.CanHold(value))
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }
    }

    /// <summary>Where a request goes, as people may read it: without a query or a user, in which there may be keys.</summary>
    internal static string AddressOf(UpstreamRequest request) =>
        request.Target.Provider.Kind == ProviderKind.Echo ? "the built-in echo"
        : Uri.TryCreate(Url(request), UriKind.Absolute, out Uri? url) ? $"{url.GetComponents(UriComponents.Scheme | UriComponents.Host | UriComponents.Port, UriFormat.UriEscaped)}{url.AbsolutePath}"
        : "an address that is none";

    private static string Url(UpstreamRequest request)
    {
        Provider provider = request.Target.Provider;
        int question = provider.BaseUrl.IndexOf('?', StringComparison.Ordinal);
        string query = question < 0 ? request.Query : provider.BaseUrl[question..];
        string root = question < 0 ? provider.BaseUrl : provider.BaseUrl[..question];
        if (provider.Vertex is { } vertex)
        {
            return root + vertex.PathOf(request.Target.UpstreamModel, counts: request.Endpoint == UpstreamEndpoint.CountTokens, request.Stream);
        }

        string api = provider.Kind == ProviderKind.AzureOpenAi && !root.Contains("/openai", StringComparison.Ordinal) ? $"{root}/openai/v1" : root;
        return (request.Endpoint, provider.Kind) switch
        {
            (_, ProviderKind.Echo) => "http://echo.invalid/",
            (UpstreamEndpoint.CountTokens, _) => $"{root}/v1/messages/count_tokens{query}",
            (UpstreamEndpoint.Messages, _) => $"{root}/v1/messages{query}",
            (UpstreamEndpoint.Models, ProviderKind.Anthropic) => $"{root}/v1/models{query}",
            (UpstreamEndpoint.Models, _) => $"{api}/models{query}",
            (UpstreamEndpoint.Responses, _) => $"{api}/responses{query}",
            _ => $"{api}/chat/completions{query}",
        };
    }

    private async ValueTask AuthorizeAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, UpstreamRequest request, CancellationToken cancellationToken)
    {
        Provider provider = request.Target.Provider;
        string? key = request.ClientCredential ?? provider.ApiKey;
        if (request.ClientCredential is null && provider.Cloud is { } cloud && identity is not null)
        {
            key = await identity.Clouds.AuthorizeAsync(message, body, cloud, cancellationToken);
        }
        else if (key is null && provider.TokenScope is { } scope && identity is not null)
        {
            key = await identity.GetTokenAsync(scope, cancellationToken);
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
        else if (key is not null)
        {
            (string name, string value) = provider.Auth switch
            {
                ProviderAuth.XApiKey => ("x-api-key", key),
                ProviderAuth.ApiKey => ("api-key", key),
                _ => ("authorization", $"Bearer {key}"),
            };
            Add(message, name, value);
        }

        request.Redactor.Add(key);
        foreach (string other in provider.ApiKeys)
        {
            request.Redactor.Add(other);
        }
    }
}
