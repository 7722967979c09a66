using System.Net;
using System.Text.Json;
using Gateway.Tests.Support;

namespace Gateway.Tests.Security;

/// <summary>
/// Fields that limit or multiply the output decide what is reserved of a budget. What an upstream could read differently
/// from the gateway is refused, in the form of the API that was called, whoever would serve it.
/// </summary>
public sealed class OutputLimitTests : IAsyncLifetime
{
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public static TheoryData<string> NoCounts => ["-1", "-1000000000000", "0", "-0", "1e300", "1e3", "9223372036854775808", "\"10\"", "1.5", "1.0", "true", "[]", "{}"];

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(_upstream,
            ("Gateway:Providers:native:Kind", "anthropic"),
            ("Gateway:Providers:native:BaseUrl", _upstream.Url),
            ("Gateway:Providers:native:ApiKey", "sk-ant-secret"));
    }

    [Theory]
    [MemberData(nameof(NoCounts))]
    public async Task Chat_fields_must_be_positive_integers(string value)
    {
        foreach (string model in (string[])["m", "native/claude-sonnet-4-5"])
        {
            foreach (string field in (string[])["max_tokens", "max_completion_tokens", "max_output_tokens", "n", "best_of"])
            {
                await RefusedAsync(Chat, field, Body(model, $"\"{field}\":{value}"));
            }

            await RefusedAsync(Chat, "thinking.budget_tokens", Body(model, $$""" "thinking":{"type":"enabled","budget_tokens":{{value}}} """));
            await RefusedAsync(Chat, "reasoning.max_tokens", Body(model, $$""" "reasoning":{"max_tokens":{{value}}} """));
        }

        Assert.Empty(_upstream.Received);
    }

    [Theory]
    [MemberData(nameof(NoCounts))]
    public async Task Messages_fields_must_be_positive_integers(string value)
    {
        foreach (string model in (string[])["m", "native/claude-sonnet-4-5"])
        {
            if (value != "0")
            {
                // A max_tokens of 0 fills the prompt cache.
                await RefusedAsync(Messages, "max_tokens", Body(model, $"\"max_tokens\":{value}"));
            }

            foreach (string field in (string[])["max_completion_tokens", "max_output_tokens", "n", "best_of"])
            {
                await RefusedAsync(Messages, field, Body(model, $"\"max_tokens\":9,\"{field}\":{value}"));
            }

            await RefusedAsync(Messages, "thinking.budget_tokens", Body(model, $$""" "max_tokens":9,"thinking":{"type":"enabled","budget_tokens":{{value}}} """));
        }

        Assert.Empty(_upstream.Received);
    }

    [Theory]
    [InlineData("""  "max_tokens":1,"max_tokens":1000000  """, "max_tokens: is there twice")]
    [InlineData("""  "max_tokens":1000000,"max\u005ftokens":1  """, "max_tokens: is there twice")]
    [InlineData("""  "max_tokens":1,"max_tokens":null  """, "max_tokens: is there twice")]
    [InlineData("""  "max_tokens":1,"n":1,"n":100  """, "n: is there twice")]
    [InlineData("""  "max_tokens":1,"MAX_TOKENS":1000000  """, "max_tokens: must be written in these letters")]
    [InlineData("""  "max_tokens":1,"max_to\u212Aens":1000000  """, "max_tokens: must be written in these letters")]
    [InlineData("""  "max_tokens":1,"max_token\u017f":1000000  """, "max_tokens: must be written in these letters")]
    [InlineData("""  "max_tokens":1,"N":100  """, "n: must be written in these letters")]
    [InlineData("""  "max_tokens":1,"\u004e":100  """, "n: must be written in these letters")]
    [InlineData("""  "max\u005ftokens":-1  """, "max_tokens: must be a positive integer")]
    [InlineData("""  "max_tokens":1,"\u006e":-1  """, "n: must be a positive integer")]
    [InlineData("""  "max_tokens":9,"thinking":{"budget_tokens":1,"budget_tokens":9000}  """, "thinking.budget_tokens: is there twice")]
    [InlineData("""  "max_tokens":9,"thinking":{"budget_tokens":null}  """, "thinking.budget_tokens: must be a positive integer")]
    [InlineData("""  "max_tokens":9,"thinking":{"type":"enabled"},"thinking":{"budget_tokens":-9}  """, "thinking: is there twice")]
    [InlineData("""  "max_tokens":9,"Thinking":{"budget_tokens":-9}  """, "thinking: must be written in these letters")]
    public async Task What_two_servers_could_read_in_two_ways_is_refused(string fields, string message)
    {
        foreach (string path in (string[])[Chat, Messages])
        {
            foreach (string model in (string[])["m", "native/claude-sonnet-4-5"])
            {
                await RefusedAsync(path, message, Body(model, fields));
            }
        }

        Assert.Empty(_upstream.Received);
    }

    [Theory]
    [InlineData(""" "n":1 """)]
    [InlineData(""" "n":null,"max_tokens":null,"max_completion_tokens":null,"best_of":null """)]
    [InlineData(""" "max_tokens":9223372036854775807 """)]
    [InlineData(""" "max\u005ftokens":100 """)]
    [InlineData(""" "max_tokens":5,"max_completion_tokens":100 """)]
    [InlineData(""" "reasoning":"on","thinking":{"type":"adaptive"} """)]
    public async Task What_chat_clients_send_passes_as_it_is(string fields)
    {
        using HttpResponseMessage response = await _gateway.PostAsync(Chat, Body("m", fields));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(fields.Trim(), Assert.Single(_upstream.Received).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cache_warm_up_is_still_a_request_for_nothing()
    {
        using HttpResponseMessage translated = await _gateway.PostAsync(Messages, Body("m", "\"max_tokens\":0"));
        Assert.Equal(HttpStatusCode.OK, translated.StatusCode);
        Assert.Empty(_upstream.Received);

        _upstream.Answer = context => FakeUpstream.Json(context, 200, """{"id":"msg_1","type":"message","role":"assistant","content":[],"stop_reason":"max_tokens","usage":{"input_tokens":1,"output_tokens":0}}""");
        using HttpResponseMessage native = await _gateway.PostAsync(Messages, Body("native/claude-sonnet-4-5", "\"max_tokens\":0"));
        Assert.Equal(HttpStatusCode.OK, native.StatusCode);
        Assert.Contains("\"max_tokens\":0", Assert.Single(_upstream.Received).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counting_needs_no_max_tokens_but_takes_no_wrong_one()
    {
        using HttpResponseMessage counted = await _gateway.PostAsync(Messages + "/count_tokens", Body("m", "\"max_tokens\":null"));
        Assert.Equal(HttpStatusCode.OK, counted.StatusCode);
        await RefusedAsync(Messages + "/count_tokens", "max_tokens: must be", Body("m", "\"max_tokens\":-5"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private const string Chat = "/v1/chat/completions";
    private const string Messages = "/v1/messages";

    private static string Body(string model, string fields) => $$"""{"model":"{{model}}",{{fields}},"messages":[{"role":"user","content":"Hi"}]}""";

    private async Task RefusedAsync(string path, string message, string body)
    {
        using HttpResponseMessage response = await _gateway.PostAsync(path, body);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{(int)response.StatusCode} for {body}: {text}");
        JsonElement error = JsonElement.Parse(text).GetProperty("error");
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
        Assert.Equal(path == Chat, error.TryGetProperty("param", out _));
    }
}
