using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>The four ways from a client's API to an upstream's, each with the names that its settings and bodies have.</summary>
internal static class Upstreams
{
    public const string Key = "Az0re-vLLM+key/with=odd.chars~8f3a1c";

    public static readonly TheoryData<string, string> Ways = new()
    {
        { "/v1/messages", "openai" },
        { "/v1/messages", "anthropic" },
        { "/v1/chat/completions", "openai" },
        { "/v1/chat/completions", "azure-openai" },
        { "/v1/chat/completions", "anthropic" },
    };

    public static string Body(bool stream, string model = "m") =>
        $$"""{"model":"{{model}}","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""";

    public static (string Key, string? Value)[] Settings(string kind, string url, params (string Key, string? Value)[] settings) =>
    [
        ("Gateway:Providers:fake:Kind", kind),
        ("Gateway:Providers:fake:BaseUrl", kind == "openai" ? url + "/v1" : url),
        ("Gateway:Providers:fake:ApiKey", Key),
        ("Gateway:Models:0:Id", "m"),
        ("Gateway:Models:0:Targets:0", "fake/up"),
        .. settings,
    ];

    public static Task<GatewayServer> StartAsync(string kind, string url, params (string Key, string? Value)[] settings) =>
        GatewayServer.StartAsync(Settings(kind, url, settings));

    /// <summary>A stream of that kind of upstream that has begun with a word.</summary>
    public static string BegunStream(string kind) => kind == "anthropic"
        ? """
          event: message_start
          data: {"type":"message_start","message":{"id":"msg_up","type":"message","role":"assistant","model":"up","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}

          event: content_block_start
          data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

          event: content_block_delta
          data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"one"}}


          """
        : $"data: {FakeUpstream.Chunk("one")}\n\n";

    /// <summary>A word more.</summary>
    public static string Delta(string kind, string text) => kind == "anthropic"
        ? $$$"""
          event: content_block_delta
          data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{text}}}"}}


          """
        : $"data: {FakeUpstream.Chunk(text)}\n\n";
}
