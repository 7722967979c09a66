using System.Reflection;
using System.Text.Json;
using Gateway.Functions;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Gateway.Tests.Security;

/// <summary>What a caller makes an upstream say changes nothing for anyone else, and little for the caller.</summary>
public sealed class LearnedTests : IAsyncLifetime
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]";
    private const string Plain = "{\"model\":\"m\",\"max_tokens\":32000,\"stop_sequences\":[\"X\"],\"temperature\":0.5," + Messages + "}";
    private FakeUpstream _upstream = null!;
    private GatewayServer _gateway = null!;

    public async Task InitializeAsync()
    {
        _upstream = await FakeUpstream.StartAsync();
        _gateway = await GatewayServer.StartAsync(_upstream, ("Gateway:Models:0:Profile:effort:0", "high"), ("Gateway:Models:0:Profile:effort:1", "xhigh"));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("max_tokens: at most 1 output tokens", null, null)]
    [InlineData("max_tokens: at most 1 output tokens", "modalities", "invalid_value")]
    [InlineData("max_tokens: at most 1 output tokens", "max_tokens", "invalid_value")]
    [InlineData("unsupported parameter stop", null, null)]
    [InlineData("unsupported parameter stop", "modalities", "unsupported_value")]
    [InlineData("unsupported parameter temperature, max_completion_tokens", "modalities", "unsupported_parameter")]
    public async Task Words_of_one_caller_in_an_error_change_nothing_for_another(string words, string? param, string? code)
    {
        string attacker = await _gateway.KeyAsync("attacker");
        string victim = await _gateway.KeyAsync("victim");
        _upstream.Answer = context => Latest.TryGetProperty("modalities", out _)
            ? RefuseAsync(context, $"Invalid value: '{words}'. Supported values are: 'low', 'medium', and 'high'.", param, code)
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        string attack = "{\"model\":\"m\",\"max_tokens\":32000,\"stop\":[\"X\"],\"temperature\":1,\"modalities\":\"" + words + "\"," + Messages + "}";
        for (int i = 0; i < 3; i++)
        {
            Told refused = await _gateway.AskAsync(attacker, "/v1/chat/completions", attack);
            Assert.Equal(400, refused.Status);
        }

        // Words that name a knob of the attacker's own cost the attacker one more call each time, and nobody anything else.
        Assert.Equal(param is null && words.Contains("stop", StringComparison.Ordinal) ? 6 : 3, _upstream.Received.Count);
        await AssertUntouchedAsync(victim);
        await AssertUntouchedAsync(attacker);
        Assert.Empty(await LearnedAsync());
    }

    [Theory]
    [InlineData("unsupported_value", "Unsupported value: 'reasoning_effort' does not support 'xhigh' with this model.")]
    [InlineData("invalid_value", "Invalid value: 'xhigh'. Supported values are: 'low', 'medium', and 'high'.")]
    [InlineData(null, "reasoning_effort must be one of low, medium, high")]
    public async Task Value_that_is_not_supported_is_no_parameter_that_is_not_supported(string? code, string message)
    {
        _upstream.Answer = context => Latest.TryGetProperty("reasoning_effort", out JsonElement effort) && effort.GetString() == "xhigh"
            ? RefuseAsync(context, message, code is null ? null : "reasoning_effort", code)
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        static string Asking(string effort) => "{\"model\":\"m\",\"max_tokens\":9,\"output_config\":{\"effort\":\"" + effort + "\"}," + Messages + "}";

        Told answered = await _gateway.AskAsync(GatewayServer.Key, "/v1/messages", Asking("xhigh"));
        Assert.Equal((200, "dropped=effort"), (answered.Status, answered.Report));
        Told next = await _gateway.AskAsync(GatewayServer.Key, "/v1/messages", Asking("high"));

        Assert.Equal((200, "none"), (next.Status, next.Report));
        Assert.Equal("high", Latest.GetProperty("reasoning_effort").GetString());
        Assert.Empty(await LearnedAsync());
    }

    [Fact]
    public async Task Descriptions_that_are_too_long_are_shortened_and_the_next_request_is_spared_the_refusal()
    {
        _upstream.Answer = context => Latest.GetProperty("tools")[0].GetProperty("function").GetProperty("description").GetString()!.Length > 1024
            ? RefuseAsync(context, "Invalid 'tools[0].function.description': string too long. Expected a string with maximum length 1024, but got a string with length 1100 instead.", "tools[0].function.description", "string_above_max_length")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));
        string asking = "{\"model\":\"m\",\"max_tokens\":9,\"tools\":[{\"name\":\"f\",\"description\":\"" + new string('d', 1100) + "\",\"input_schema\":{\"type\":\"object\"}}]," + Messages + "}";

        Told answered = await _gateway.AskAsync(GatewayServer.Key, "/v1/messages", asking);
        Assert.Equal((200, "changed=tools.description", 2), (answered.Status, answered.Report, _upstream.Received.Count));
        Told next = await _gateway.AskAsync(GatewayServer.Key, "/v1/messages", asking);
        Assert.Equal((200, "changed=tools.description", 3), (next.Status, next.Report, _upstream.Received.Count));
    }

    [Fact]
    public async Task What_proved_right_is_used_for_the_same_key_only_and_operators_see_and_clear_it()
    {
        string first = await _gateway.KeyAsync("first");
        string second = await _gateway.KeyAsync("second");
        _upstream.Answer = context => Latest.TryGetProperty("temperature", out _)
            ? RefuseAsync(context, "Unsupported parameter: 'temperature' is not supported with this model.", "temperature", "unsupported_parameter")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));

        Assert.Equal((2, 1), (await CallsAsync(first), await CallsAsync(first)));
        Assert.Equal(2, await CallsAsync(second));
        JsonElement[] learned = await LearnedAsync();
        Assert.Equal(2, learned.Length);
        Assert.All(learned, entry =>
        {
            Assert.Equal(("fake/up", "temperature"), (entry.GetProperty("target").GetString(), entry.GetProperty("parameter").GetString()));
            Assert.Equal(TimeSpan.FromHours(1), entry.GetProperty("expires_at").GetDateTimeOffset() - entry.GetProperty("learned_at").GetDateTimeOffset());
        });

        Assert.Equal(403, (await _gateway.AskAsync(first, "/manage/learned", null, "GET")).Status);
        Assert.Equal(403, (await _gateway.AskAsync(first, "/manage/learned", null, "DELETE")).Status);
        Assert.Equal(404, (await _gateway.AskAsync(GatewayServer.Key, "/manage/learned/fake/other", null, "DELETE")).Status);
        Assert.Equal("""{"cleared":2}""", (await _gateway.AskAsync(GatewayServer.Key, "/manage/learned/fake%2Fup", null, "DELETE")).Body);
        Assert.Equal("""{"cleared":0}""", (await _gateway.AskAsync(GatewayServer.Key, "/manage/learned", null, "DELETE")).Body);
        Assert.Equal(2, await CallsAsync(first));
        Told audit = await _gateway.AskAsync(GatewayServer.Key, "/manage/audit?action=learned.clear", null, "GET");
        Assert.Equal(["fake/up", "*"], audit.Json.GetProperty("data").EnumerateArray().Select(act => act.GetProperty("target").GetString()));
    }

    [Fact]
    public void Host_asks_for_all_before_it_asks_for_one_target()
    {
        // In the order of names, and the first that matches wins: a target may be empty.
        string[] names = [.. typeof(ManageFunctions).Assembly.GetExportedTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>().Order(StringComparer.OrdinalIgnoreCase)];
        Assert.Equal(["learned", "learned-clear", "learned-clear-target", "zz-everything-else"], names.Where(name => name.StartsWith("learned", StringComparison.Ordinal) || name == names[^1]));
    }

    [Theory]
    [InlineData("temperature is not supported", null, null)]
    [InlineData("Unsupported parameter: 'temperature'", "temperature", "unsupported_value")]
    [InlineData("Unsupported parameter: 'temperature'", null, "unsupported_parameter")]
    public async Task Refusal_in_words_only_helps_its_own_request_and_is_not_remembered(string message, string? param, string? code)
    {
        _upstream.Answer = context => Latest.TryGetProperty("temperature", out _)
            ? RefuseAsync(context, message, param, code)
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));

        Assert.Equal((2, 2), (await CallsAsync(GatewayServer.Key), await CallsAsync(GatewayServer.Key)));
        Assert.Empty(await LearnedAsync());
    }

    [Fact]
    public async Task Nothing_is_remembered_of_a_request_that_was_not_answered_without_the_parameter_either()
    {
        _upstream.Answer = context => Latest.TryGetProperty("temperature", out _)
            ? RefuseAsync(context, "Unsupported parameter: 'temperature'", "temperature", "unsupported_parameter")
            : RefuseAsync(context, "I do not like it", null, null);

        Assert.Equal(400, (await _gateway.AskAsync(GatewayServer.Key, "/v1/messages", Plain)).Status);
        Assert.Empty(await LearnedAsync());
    }

    [Theory]
    [InlineData(255, 400)]
    [InlineData(256, 200)]
    public async Task Output_limit_that_is_learned_has_a_floor_and_is_in_each_report(int limit, int status)
    {
        _upstream.Answer = context => Latest.GetProperty("max_completion_tokens").GetInt32() > limit
            ? RefuseAsync(context, $"max_tokens is too large. This model supports at most {limit} completion tokens.", "max_tokens", "invalid_value")
            : FakeUpstream.Json(context, 200, FakeUpstream.Completion("ok"));

        Told first = await _gateway.AskAsync(GatewayServer.Key, "/v1/messages", Plain);
        Assert.Equal(status, first.Status);
        if (status == 200)
        {
            Told second = await _gateway.AskAsync(GatewayServer.Key, "/v1/messages", Plain);
            Assert.Equal(("changed=max_tokens:32000->256", "changed=max_tokens:32000->256"), (first.Report, second.Report));
            Assert.Equal(256, Assert.Single(await LearnedAsync()).GetProperty("max_output_tokens").GetInt32());
            Assert.Equal(3, _upstream.Received.Count);
        }
    }

    [Fact]
    public async Task Stream_options_are_left_out_whoever_wrote_them()
    {
        _upstream.Answer = async context =>
        {
            if (Latest.TryGetProperty("stream_options", out _))
            {
                await RefuseAsync(context, "Unknown parameter: 'stream_options'.", "stream_options", "unknown_parameter");
                return;
            }

            await FakeUpstream.BeginStreamAsync(context);
            await FakeUpstream.EventAsync(context, FakeUpstream.LastChunk);
            await FakeUpstream.EventAsync(context, "[DONE]");
        };
        Told own = await _gateway.AskAsync(GatewayServer.Key, "/v1/chat/completions", "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Messages + "}");
        Assert.Equal((200, 2, "dropped=stream_options"), (own.Status, _upstream.Received.Count, own.Report));

        Told added = await _gateway.AskAsync(GatewayServer.Key, "/v1/chat/completions", "{\"model\":\"m\",\"stream\":true," + Messages + "}");
        Assert.Equal((200, 3, "dropped=stream_options"), (added.Status, _upstream.Received.Count, added.Report));
    }

    private JsonElement Latest => _upstream.Received.Last().Json;

    private static Task RefuseAsync(HttpContext context, string message, string? param, string? code) => FakeUpstream.Json(
        context, 400, JsonSerializer.Serialize(new { error = new { message, type = "invalid_request_error", param, code } }));

    private async Task<int> CallsAsync(string key)
    {
        int before = _upstream.Received.Count;
        Told told = await _gateway.AskAsync(key, "/v1/messages", Plain);
        Assert.Equal((200, "dropped=temperature"), (told.Status, told.Report));
        return _upstream.Received.Count - before;
    }

    private async Task AssertUntouchedAsync(string key)
    {
        Told told = await _gateway.AskAsync(key, "/v1/messages", Plain);
        Assert.Equal((200, "none"), (told.Status, told.Report));
        Assert.Equal((32000, "X", 0.5), (Latest.GetProperty("max_completion_tokens").GetInt32(), Latest.GetProperty("stop")[0].GetString(), Latest.GetProperty("temperature").GetDouble()));
    }

    private async Task<JsonElement[]> LearnedAsync() =>
        [.. (await _gateway.AskAsync(GatewayServer.Key, "/manage/learned", null, "GET")).Json.GetProperty("data").EnumerateArray()];
}
