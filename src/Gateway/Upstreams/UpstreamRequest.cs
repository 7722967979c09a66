using Gateway.Routing;
using Gateway.Translation.Errors;

namespace Gateway.Upstreams;

/// <summary>Which of an upstream's endpoints is called.</summary>
public enum UpstreamEndpoint
{
    ChatCompletions,
    Messages,
    Responses,
    CountTokens,

    /// <summary>The list of what it offers, the only one that is read with GET.</summary>
    Models,
}

/// <summary>One call to one upstream.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Endpoint">What is called there.</param>
/// <param name="Body">The JSON body; must stay alive until the call is over.</param>
/// <param name="Stream">An event stream is asked for.</param>
public sealed record UpstreamRequest(Target Target, UpstreamEndpoint Endpoint, ReadOnlyMemory<byte> Body, bool Stream)
{
    /// <summary>Learns each credential that goes out, and takes it out of what comes back.</summary>
    public Redactor Redactor { get; init; } = new();

    /// <summary>Headers of the client that a native upstream must see as they are (<c>anthropic-*</c>).</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The client's query string, with its question mark, for native upstreams.</summary>
    public string Query { get; init; } = "";

    /// <summary>What the gateway answers itself, in the upstream's form, where there is nothing to ask.</summary>
    public byte[]? LocalAnswer { get; init; }

    /// <summary>The client's own credential for the upstream, where the profile says that it is forwarded.</summary>
    public string? ClientCredential { get; init; }
}
