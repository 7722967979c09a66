using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Completions;
using Gateway.LocalHost;
using Gateway.Routing;
using Gateway.Settings;
using Gateway.Tests.Support;
using Gateway.Translation.Profiles;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.Tokenizers;

namespace Gateway.Tests.Completions;

/// <summary><c>Gateway:TokenCounting=exact</c>: texts for OpenAI's models are counted by their own tokenizer.</summary>
public sealed class ExactTokenCountTests
{
    /// <summary>The frame of a message, its role and the reply to come.</summary>
    private const int Around = 7;

    private static readonly Tokenizer s_o200k = TiktokenTokenizer.CreateForEncoding("o200k_base");

    private static readonly Target s_openAi = TargetOf("gpt-5-mini");

    /// <summary>A word that the estimate takes for two tokens and a half, and the tokenizer knows as one.</summary>
    private static readonly string s_text = string.Concat(Enumerable.Repeat(" responsibilities", 100));

    [Fact]
    public async Task Models_of_openai_are_counted_and_others_estimated()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(
            upstream,
            ("Gateway:TokenCounting", "exact"),
            ("Gateway:Providers:built-in:Kind", "echo"),
            ("Gateway:Models:1:Id", "renamed"),
            ("Gateway:Models:1:Targets:0", "fake/our-deployment"),
            ("Gateway:Models:1:Profile:tokenizer", "o200k_base"));
        await gateway.Services.GetRequiredService<O200kTokenizer>().ExecuteTask!;

        Assert.Equal((100 + Around, "tokenizer"), await CountAsync(gateway, "fake/gpt-5-mini"));
        Assert.Equal((100 + Around, "tokenizer"), await CountAsync(gateway, "renamed"));
        foreach (string other in (string[])["m", "fake/gpt-4-turbo", "fake/deepseek-chat", "built-in/gpt-5-mini"])
        {
            (long tokens, string how) = await CountAsync(gateway, other);
            Assert.Equal("estimate", how);
            Assert.NotEqual(100 + Around, tokens);
        }
    }

    [Fact]
    public async Task Without_the_setting_all_models_are_estimated()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayServer gateway = await GatewayServer.StartAsync(upstream);

        Assert.Equal("estimate", (await CountAsync(gateway, "fake/gpt-5-mini")).How);
        Assert.Null(gateway.Services.GetService<O200kTokenizer>());
    }

    [Fact]
    public async Task Request_that_comes_while_the_tokenizer_is_loaded_gets_the_estimate()
    {
        TaskCompletionSource<Tokenizer> arriving = new();
        using O200kTokenizer o200k = new(() => arriving.Task.Result, TimeProvider.System, NullLoggerFactory.Instance);
        TokenCounter counter = new(o200k);
        CountedTokens estimate = new TokenCounter(null).Count(Body(s_text), s_openAi);
        await o200k.StartAsync(default);

        Assert.Equal(estimate, counter.Count(Body(s_text), s_openAi));

        arriving.SetResult(s_o200k);
        await o200k.ExecuteTask!;
        Assert.Equal(new CountedTokens(100 + Around, "tokenizer"), counter.Count(Body(s_text), s_openAi));
    }

    [Fact]
    public async Task Tokenizer_that_cannot_be_loaded_leaves_the_estimate()
    {
        using O200kTokenizer o200k = new(() => throw new InvalidOperationException(), TimeProvider.System, NullLoggerFactory.Instance);
        await o200k.StartAsync(default);
        await o200k.ExecuteTask!;

        Assert.Equal("estimate", new TokenCounter(o200k).Count(Body(s_text), s_openAi).How);
    }

    [Fact]
    public async Task Body_above_a_megabyte_is_estimated()
    {
        TokenCounter counter = await CounterAsync();

        Assert.Equal("tokenizer", counter.Count(Body(new string('x', 1_000_000)), s_openAi).How);
        Assert.Equal("estimate", counter.Count(Body(new string('x', 1_100_000)), s_openAi).How);
    }

    /// <summary>Long texts are counted in parts; wherever they are cut, the tokenizer cuts there, too.</summary>
    [Theory]
    [InlineData("The harbour master's list isn't kept, they'll say; we've \"seen\" it. ")]
    [InlineData("if (a.B(c) == null)\r\n{\r\n    throw new InvalidOperationException($\"{nameof(a)}!\\n\");\r\n}\r\n\r\n")]
    [InlineData("{\"id\":\"call_01\",\"path\":\"/home/dev/x.cs\",\"lines\":[1,22,333,4444]},")]
    [InlineData("Größe, élève; привет, мир! 今日は、良い天気です。한국어 문장입니다. สวัสดี ครับ 👩‍💻\t")]
    [InlineData("<|endoftext|> and <|endofprompt|> ")]
    public async Task Long_text_has_as_many_tokens_as_in_one_piece(string repeated)
    {
        TokenCounter counter = await CounterAsync();
        for (int times = 1; times < 300; times += 13)
        {
            string text = string.Concat(Enumerable.Repeat(repeated, times));
            Assert.Equal(s_o200k.CountTokens(text) + Around, counter.Count(Body(text), s_openAi).Tokens);
        }
    }

    /// <summary>Its time grows by the square of a run without spaces: 128,000 rare characters in one piece held a thread for 24 s.</summary>
    [Fact]
    public async Task Tokenizer_never_gets_a_long_text_at_once()
    {
        Recorder recorder = new();
        (await CounterAsync(recorder)).Count(Body(new string('a', 100_000)), s_openAi);

        Assert.InRange(recorder.Longest, 1, 512);
    }

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("=")]
    [InlineData("\n")]
    [InlineData("漢")]
    [InlineData("😀")]
    public async Task Text_without_a_place_to_cut_is_counted_in_parts(string repeated)
    {
        TokenCounter counter = await CounterAsync();
        string text = "x" + string.Concat(Enumerable.Repeat(repeated, 4000));
        int whole = s_o200k.CountTokens(text) + Around;
        int cuts = text.Length / 512;

        Assert.InRange(counter.Count(Body(text), s_openAi).Tokens, whole - cuts, whole + cuts);
    }

    [Theory]
    [InlineData("precise")]
    [InlineData("true")]
    public void Unknown_way_of_counting_stops_the_start(string value)
    {
        Dictionary<string, string?> settings = new() { ["URLS"] = "http://127.0.0.1:0", ["Gateway:TokenCounting"] = value };
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings));
        Assert.Equal($"Gateway:TokenCounting is '{value}'; it must be estimate or exact.", Assert.Single(stopped.Errors));
    }

    private static async Task<TokenCounter> CounterAsync(Tokenizer? tokenizer = null)
    {
        O200kTokenizer o200k = new(() => tokenizer ?? s_o200k, TimeProvider.System, NullLoggerFactory.Instance);
        await o200k.StartAsync(default);
        await o200k.ExecuteTask!;
        return new TokenCounter(o200k);
    }

    private static Target TargetOf(string model) => new(new Provider("p", ProviderKind.OpenAi, "https://provider.example"), model, ModelFamilies.ProfileOf(model));

    private static byte[] Body(string text) =>
        Encoding.UTF8.GetBytes($$"""{"messages":[{"role":"user","content":{{JsonSerializer.Serialize(text)}}}]}""");

    private static async Task<(long Tokens, string How)> CountAsync(GatewayServer gateway, string model)
    {
        using HttpResponseMessage response = await gateway.PostAsync("/v1/messages/count_tokens", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"{{s_text}}"}]}""");
        string how = Assert.Single(response.Headers.GetValues("x-gateway-token-count"));
        return (JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("input_tokens").GetInt64(), how);
    }

    /// <summary>A tokenizer that only looks how long the texts are.</summary>
    private sealed class Recorder : Tokenizer
    {
        public int Longest { get; private set; }

        public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) => throw new NotSupportedException();

        protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        {
            Longest = Math.Max(Longest, textSpan.Length);
            return 1;
        }

        protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) => throw new NotSupportedException();
    }
}
