using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Completions;

/// <summary>
/// A tool's output that was cut in the middle of a character, or one that a model wrote: it comes again with every turn,
/// and upstreams refuse the whole body for it. Whoever it goes to, the conversation goes on.
/// </summary>
public sealed class HalfCharactersTests
{
    private const string Messages = """
        {"model":"MODEL","max_tokens":9,"messages":[{"role":"user","content":"a \ud83d b \ud83d\ude00"},
         {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"ask","input":{"q\ud99c":"\udc00x"}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"cut \ud83d"}]}],
         "tools":[{"name":"ask","input_schema":{"type":"object","properties":{}}}]}
        """;

    private const string Chat = """
        {"model":"MODEL","max_tokens":9,"messages":[{"role":"user","content":"a \ud83d b \ud83d\ude00"},
         {"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"ask","arguments":"{\"q\ud99c\":\"\\udc00x\"}"}}]},
         {"role":"tool","tool_call_id":"t1","content":"cut \ud83d"}],
         "tools":[{"type":"function","function":{"name":"ask","parameters":{"type":"object","properties":{}}}}]}
        """;

    [Theory]
    [InlineData("/v1/messages", Messages, "chat")]
    [InlineData("/v1/messages", Messages, "claude")]
    [InlineData("/v1/chat/completions", Chat, "chat")]
    [InlineData("/v1/chat/completions", Chat, "claude")]
    public async Task Half_a_character_reaches_no_upstream(string path, string request, string model)
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            ("Gateway:Providers:o:Kind", "openai"),
            ("Gateway:Providers:o:BaseUrl", upstream.Url + "/v1"),
            ("Gateway:Providers:o:ApiKey", "sk-one"),
            ("Gateway:Providers:a:Kind", "anthropic"),
            ("Gateway:Providers:a:BaseUrl", upstream.Url),
            ("Gateway:Providers:a:ApiKey", "sk-two"),
            ("Gateway:Models:0:Id", "chat"),
            ("Gateway:Models:0:Targets:0", "o/gpt-4o"),
            ("Gateway:Models:1:Id", "claude"),
            ("Gateway:Models:1:Targets:0", "a/claude-sonnet-4-5"));
        using HttpResponseMessage response = await gateway.PostAsync(path, request.Replace("MODEL", model, StringComparison.Ordinal));

        // GetString throws on half a character, wherever it is.
        string seen = string.Concat(Texts(JsonElement.Parse(Assert.Single(upstream.Received).Body)));
        Assert.Contains("a \ufffd b \U0001F600", seen, StringComparison.Ordinal);
        Assert.Contains("cut \ufffd", seen, StringComparison.Ordinal);
        Assert.Contains("x", seen, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Texts(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => [json.GetString()!],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => (IEnumerable<string>)[member.Name, .. Texts(member.Value)]),
        _ => [],
    };
}
