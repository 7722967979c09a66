using System.Globalization;
using Gateway.Tests.Security;
using Gateway.Tests.Support;

namespace Gateway.Tests.Http;

/// <summary>A model that is not there: the error says what there is, for this key, the nearest first.</summary>
public sealed class UnknownModelTests
{
    private static readonly (string Path, string Fields)[] s_paths =
    [
        ("/v1/messages", "\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]"),
        ("/v1/messages/count_tokens", "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]"),
        ("/v1/chat/completions", "\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]"),
        ("/v1/responses", "\"input\":\"a\""),
        ("/v1/responses/input_tokens", "\"input\":\"a\""),
    ];

    [Theory]
    [InlineData("", "gpt-5-mni", "Did you mean gpt-5-mini? This key may use gpt-5-mini, gpt-5, gpt-4*, claude-sonnet-4-5, hidden, or <provider>/<model> with the provider first, second.")]
    [InlineData("", "claude-sonnet-4-5-20250929", "This key may use claude-sonnet-4-5, gpt-5, gpt-5-mini, hidden, gpt-4*, or <provider>/<model> with the provider first, second.")]
    [InlineData("", "GPT-5-MINI", "Did you mean gpt-5-mini? This key may use gpt-5-mini, gpt-5, gpt-4*, claude-sonnet-4-5, hidden, or <provider>/<model> with the provider first, second.")]
    [InlineData(""","models":["gpt-5*","gpt-4o*"]""", "nothing", "This key may use gpt-5, gpt-5-mini, gpt-4o*.")]
    [InlineData(""","models":["gpt-5-mini"]""", "hiden", "This key may use gpt-5-mini.")]
    [InlineData(""","models":["gpt-4o","second/x"]""", "x", "This key may use gpt-4o, second/x.")]
    [InlineData(""","providers":["second"]""", "hiden", "This key may use claude-sonnet-4-5, or <provider>/<model> with the provider second.")]
    [InlineData(""","models":["nothing-of-it"]""", "gpt5-mini", "This key may use none of the models that this gateway names. Ask its operator.")]
    [InlineData(""","providers":["third"]""", "hidden2", "This key may use none of the models that this gateway names. Ask its operator.")]
    public async Task Every_form_lists_what_the_key_may_use_and_nothing_else(string grant, string asked, string hint)
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", grant);
        string expected = $"model: {asked}. {hint}";
        foreach ((string path, string rest) in s_paths)
        {
            Told told = await gateway.AskAsync(key, path, $$"""{"model":"{{asked}}",{{rest}}}""");
            Assert.Equal((404, expected), (told.Status, told.Error));
        }

        Assert.Equal((404, expected), await GetAsync(gateway, key, asked));
    }

    [Fact]
    public async Task Model_that_the_key_may_not_use_is_refused_with_what_it_may()
    {
        await using GatewayServer gateway = await StartAsync();
        string key = await gateway.KeyAsync("t", ""","models":["gpt-5-mini"]""");
        Told told = await gateway.AskAsync(key, "/v1/messages", """{"model":"gpt-5","max_tokens":9,"messages":[{"role":"user","content":"a"}]}""");
        Assert.Equal((403, "This key may not use the model 'gpt-5'. This key may use gpt-5-mini."), (told.Status, told.Error));
    }

    [Fact]
    public async Task List_is_bounded_and_says_how_many_more_there_are()
    {
        (string, string?)[] models = [.. Enumerable.Range(0, 200).SelectMany(i => new (string, string?)[]
        {
            ($"Gateway:Models:{i}:Id", $"{i.ToString(CultureInfo.InvariantCulture)}-{new string('x', i < 100 ? 10 : 240)}"), ($"Gateway:Models:{i}:Targets:0", "echo/echo"),
        })];
        await using GatewayServer gateway = await GatewayServer.StartAsync(models);
        (int status, string error) = await GetAsync(gateway, GatewayServer.Key, "zzz");
        Assert.Equal(404, status);
        Assert.EndsWith(" and 190 more (GET /v1/models lists them).", error, StringComparison.Ordinal);
        (_, error) = await GetAsync(gateway, GatewayServer.Key, "150-xxxx");
        Assert.InRange(error.Length, 300, 1200);
    }

    [Fact]
    public async Task Where_no_model_is_named_the_setting_is()
    {
        await using GatewayServer gateway = await GatewayServer.StartAsync(("Gateway:Providers:mine:Kind", "openai"), ("Gateway:Providers:mine:BaseUrl", "http://127.0.0.1:1/v1"));
        (int status, string error) = await GetAsync(gateway, GatewayServer.Key, "gpt-5");
        Assert.Equal((404, "model: gpt-5. This gateway names no models: its operator can, under Gateway:Models. Ask for <provider>/<model> with the provider mine."), (status, error));
    }

    private static async Task<(int Status, string Error)> GetAsync(GatewayServer gateway, string key, string model)
    {
        Told told = await gateway.AskAsync(key, $"/v1/models/{model}", null, "GET");
        return (told.Status, told.Error);
    }

    private static Task<GatewayServer> StartAsync() => GatewayServer.StartAsync(
        ("Gateway:Providers:first:Kind", "openai"), ("Gateway:Providers:first:BaseUrl", "http://127.0.0.1:1/v1"),
        ("Gateway:Providers:second:Kind", "openai"), ("Gateway:Providers:second:BaseUrl", "http://127.0.0.1:1/v1"),
        ("Gateway:Models:0:Id", "gpt-5"), ("Gateway:Models:0:Targets:0", "first/a"),
        ("Gateway:Models:1:Id", "gpt-5-mini"), ("Gateway:Models:1:Targets:0", "first/b"),
        ("Gateway:Models:2:Id", "claude-sonnet-4-5"), ("Gateway:Models:2:Targets:0", "second/c"),
        ("Gateway:Models:3:Id", "hidden"), ("Gateway:Models:3:Targets:0", "first/d"),
        ("Gateway:Models:4:Id", "gpt-4*"), ("Gateway:Models:4:Targets:0", "first/*"));
}
