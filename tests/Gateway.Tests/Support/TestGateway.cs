using System.Text;

namespace Gateway.Tests.Support;

/// <summary>A running gateway as clients see it: LocalHost (<see cref="GatewayServer"/>), or the published worker under a Functions host.</summary>
public abstract class TestGateway(string url, string apiKey) : IAsyncDisposable
{
    public string Url { get; } = url;

    public string ApiKey { get; } = apiKey;

    public HttpClient Client { get; } = new() { BaseAddress = new Uri(url), Timeout = Patience.Limit };

    /// <summary>Posts JSON with the gateway's key.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string json, CancellationToken cancellationToken = default) =>
        SendAsync(HttpMethod.Post, path, json, cancellationToken, ("x-api-key", ApiKey));

    /// <summary>Returns with the headers.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path);
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    public virtual ValueTask DisposeAsync()
    {
        Client.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
