using Gateway.LocalHost;
using Gateway.Settings;

namespace Gateway.Tests.Settings;

/// <summary>Slips of the pen stop the start, each named with its cure.</summary>
public sealed class MistypedSettingsTests
{
    [Theory]
    [InlineData("Gateway:Models:0:Prise:Input", "Gateway:Models:0:Prise is no setting. Did you mean Price?")]
    [InlineData("Gateway:Models:0:prcie:Input", "Gateway:Models:0:prcie is no setting. Did you mean Price?")]
    [InlineData("Gateway:Models:0:Price:Imput", "Gateway:Models:0:Price:Imput is no kind of token. Did you mean Input?")]
    [InlineData("Gateway:Models:0:Targets:0:Prices:Input", "Gateway:Models:0:Targets:0:Prices is no setting. Did you mean Price?")]
    [InlineData("Gateway:Models:0:Cache:TtlSecond", "Gateway:Models:0:Cache:TtlSecond is no setting. Did you mean TtlSeconds?")]
    [InlineData("Gateway:Models:0:Profile:tokenFeild", "Gateway:Models:0:Profile:tokenFeild is no profile flag. Did you mean tokenField?")]
    [InlineData("Gateway:Providers:mine:ApiKay", "Gateway:Providers:mine:ApiKay is no setting. Did you mean ApiKey?")]
    [InlineData("Gateway:Providers:mine:BaseURI", "Gateway:Providers:mine:BaseURI is no setting. Did you mean BaseUrl?")]
    [InlineData("Gateway:Upstream:IdelSeconds", "Gateway:Upstream:IdelSeconds is no setting. Did you mean IdleSeconds?")]
    [InlineData("Gateway:Model:0:Id", "Gateway:Model is no setting. Did you mean Models?")]
    [InlineData("Gateway:Models:0:Xy", "Gateway:Models:0:Xy is no setting. Known under")]
    [InlineData("Gatway:Models:0:Id", "Gatway is no setting. Did you mean Gateway? Nobody reads what is below it.")]
    [InlineData("Gateways:Provider:mine:Kind", "Gateways is no setting. Did you mean Gateway?")]
    [InlineData("GATEAWY:DevKey", "GATEAWY is no setting. Did you mean Gateway?")]
    [InlineData("GatewayStorge", "GatewayStorge is no setting. Did you mean GatewayStorage?")]
    [InlineData("Gateway_DevKey", "Gateway_DevKey is no setting. Did you mean Gateway__DevKey, with two underscores between names?")]
    [InlineData("GATEWAY_MODELS_0_ID", "GATEWAY_MODELS_0_ID is no setting. Did you mean GATEWAY__MODELS__0__ID, with two underscores between names?")]
    [InlineData("Gateway.Upstream.IdleSeconds", "Gateway.Upstream.IdleSeconds is no setting. Did you mean Gateway__Upstream__IdleSeconds")]
    [InlineData("GATEWAY_CONFIG_FILE", "GATEWAY_CONFIG_FILE is no setting. Did you mean GATEWAY__CONFIGFILE, with")]
    [InlineData("GATEWAY_MODELS_0_MAX_OUTPUT_TOKENS", "GATEWAY_MODELS_0_MAX_OUTPUT_TOKENS is no setting. Did you mean GATEWAY__MODELS__0__MAXOUTPUTTOKENS, with")]
    [InlineData("gateway-upstream-idle-seconds", "gateway-upstream-idle-seconds is no setting. Did you mean gateway__upstream__idleseconds, with")]
    [InlineData("GATEWAY_PROVIDERS_MY_OWN_API_KEY", "GATEWAY_PROVIDERS_MY_OWN_API_KEY is no setting. Did you mean GATEWAY__PROVIDERS__MY_OWN__APIKEY, with")]
    [InlineData("Gateway_Models_0_Price_Input", "Gateway_Models_0_Price_Input is no setting. Did you mean Gateway__Models__0__Price__Input, with")]
    [InlineData("GATEWAY_MODELS_0_TARGETS_0_PRICE_CACHE_READ", "GATEWAY_MODELS_0_TARGETS_0_PRICE_CACHE_READ is no setting. Did you mean GATEWAY__MODELS__0__TARGETS__0__PRICE__CACHEREAD, with")]
    [InlineData("GATEWAY_MODELS_0_PROFILE_EFFORT_0", "GATEWAY_MODELS_0_PROFILE_EFFORT_0 is no setting. Did you mean GATEWAY__MODELS__0__PROFILE__EFFORT__0, with")]
    [InlineData("Gateway_Models_0_Targets_0_NextTargetSeconds", "Gateway_Models_0_Targets_0_NextTargetSeconds is no setting. Did you mean Gateway__Models__0__Targets__0__NextTargetSeconds, with")]
    [InlineData("GATWAY_MODELS_0_ID", "GATWAY_MODELS_0_ID is no setting. Did you mean Gateway__MODELS__0__ID, with")]
    [InlineData("Gateway__DevKey", "Gateway__DevKey is no setting. Did you mean Gateway:DevKey? Two underscores stand between names in the environment only;")]
    [InlineData("Gateway:Providers__mine__ApiKey", "Gateway:Providers__mine__ApiKey is no setting. Did you mean Gateway:Providers:mine:ApiKey? Two underscores stand between")]
    [InlineData("GatewayStorage:tableServiceUrl", "GatewayStorage:tableServiceUrl is no setting. Did you mean tableServiceUri? Known under GatewayStorage: tableServiceUri, clientId.")]
    [InlineData("GatewayStorage:connectionString", "GatewayStorage:connectionString is no setting. Known under GatewayStorage")]
    [InlineData("GatewayStorage:clientId", "GatewayStorage__clientId says which identity opens GatewayStorage__tableServiceUri, which is not set.")]
    [InlineData("TokenCounting", "TokenCounting stands beside Gateway, where nobody reads it. Write { \"Gateway\": { \"TokenCounting\": ... } }.")]
    [InlineData("Gateway:Models:2:Id", "Gateway:Models has the entries 0, 2, and no 1. Number its entries 0, 1, 2 and so on, without a gap.")]
    [InlineData("Model:0:Id", "Model is no setting, and stands beside Gateway, where nobody reads it. Write { \"Gateway\": { \"Models\": ... } }.")]
    [InlineData("Gateway:Models:0:Aliases:x", "Gateway:Models:0:Aliases is an object. Write a list, as the README shows.")]
    [InlineData("Gateway:Models:first:Id", "Gateway:Models has the entries 0, first, and no 1.")]
    [InlineData("Gateway:Models:00:Id", "Gateway:Models has the entries 0, 00, and no 1.")]
    [InlineData("Gateway:Models:0:Targets:2", "Gateway:Models:0:Targets has the entries 0, 2, and no 1.")]
    [InlineData("Gateway:Models:0:Aliases:1", "Gateway:Models:0:Aliases has the entry 1, and no 0.")]
    [InlineData("Gateway:Providers:mine:ApiKeys:1", "Gateway:Providers:mine:ApiKeys has the entry 1, and no 0.")]
    public void Name_that_is_nearly_right(string setting, string why) =>
        Assert.Contains(Errors([.. Usual, (setting, "7")]), error => error.StartsWith(why, StringComparison.Ordinal));

    /// <summary>Names of other programs, and of people's own, are nobody's mistake.</summary>
    [Theory]
    [InlineData("Gateways:Url", "x")]
    [InlineData("Gatekeeper:Models:0", "x")]
    [InlineData("GATEWAY_URL", "x")]
    [InlineData("GATEWAY_INTERFACE", "CGI/1.1")]
    [InlineData("GATEWAY_MODELS", "x")]
    [InlineData("GATEWAY_MODEL_NAME", "x")]
    [InlineData("CACHE", "x")]
    [InlineData("Caches:Url", "x")]
    [InlineData("ConfigFile", "x")]
    [InlineData("OPENAI_APIKEY", "x")]
    [InlineData("Gateway:Providers:Models:Kind", "echo")]
    [InlineData("Gateway:Providers:targets:Kind", "echo")]
    public async Task Name_that_is_somebody_elses(string setting, string value) =>
        await LocalHostApp.Create([], All([.. Usual, (setting, value)])).DisposeAsync();

    [Theory]
    [InlineData("mnie/up", "Did you mean mine?")]
    [InlineData("clade", "Did you mean claude?")]
    [InlineData("clode-next", "Did you mean claude-next?")]
    public void Target_that_is_nearly_right(string target, string why) => Assert.Contains(why, Assert.Single(Errors(
        ("Gateway:Providers:mine:Kind", "echo"),
        ("Gateway:Models:0:Id", "claude"), ("Gateway:Models:0:Aliases:0", "claude-next"), ("Gateway:Models:0:Targets:0", "mine/up"),
        ("Gateway:Models:1:Id", "m"), ("Gateway:Models:1:Targets:0", target))), StringComparison.Ordinal);

    [Theory]
    [InlineData("*", "gpt-*", true)]
    [InlineData("claude-*", "claude-opus-*", true)]
    [InlineData("*opus*", "claude-opus-*", true)]
    [InlineData("claude-*", "claude-*-*", true)]
    [InlineData("*", "**", true)]
    [InlineData("claude-opus-*", "claude-*", false)]
    [InlineData("gpt-*", "*-mini", false)]
    [InlineData("a*b", "a*", false)]
    [InlineData("a*x", "a*", false)]
    [InlineData("*haiku*", "claude-*", false)]
    public void Pattern_that_another_hides(string first, string second, bool hidden)
    {
        (string, string)[] settings =
        [
            ("Gateway:Models:0:Id", first), ("Gateway:Models:0:Targets:0", "echo/*"),
            ("Gateway:Models:1:Id", "exactly"), ("Gateway:Models:1:Targets:0", "echo/a"),
            ("Gateway:Models:2:Id", second), ("Gateway:Models:2:Targets:0", "echo/*"),
        ];
        string[] expected = [$"Gateway:Models: '{second}' can never be asked, because '{first}' stands before it and takes every name that it would. Put '{second}' first."];
        Assert.Equal(hidden ? expected : [], Errors(settings));
    }

    [Fact]
    public void Names_that_only_capitals_tell_apart()
    {
        Assert.Equal(
            [
                "Gateway:Models holds the names 'GPT' and 'gpt' for different models, and only capitals tell them apart. Give one of them another name, or make it an alias of the other.",
                "Gateway:Models holds the names 'big' and 'Big' for different models, and only capitals tell them apart. Give one of them another name, or make it an alias of the other.",
            ],
            Errors(
                ("Gateway:Models:0:Id", "GPT"), ("Gateway:Models:0:Targets:0", "echo/a"), ("Gateway:Models:0:Aliases:0", "big"),
                ("Gateway:Models:1:Id", "gpt"), ("Gateway:Models:1:Targets:0", "echo/a"),
                ("Gateway:Models:2:Id", "Big"), ("Gateway:Models:2:Targets:0", "echo/a")));
        Assert.Empty(Errors(("Gateway:Models:0:Id", "gpt"), ("Gateway:Models:0:Targets:0", "echo/a"), ("Gateway:Models:0:Aliases:0", "GPT")));
    }

    [Fact]
    public void List_of_models_that_is_empty() => Assert.StartsWith(
        "Gateway:Models is an empty list. Name at least one model, or leave Models out", Assert.Single(Errors(("Gateway:Models", ""))), StringComparison.Ordinal);

    [Fact]
    public void All_at_once()
    {
        (string, string)[] mistakes =
        [
            ("Gateway:Typo", "1"), ("Gatway:DevKey", "1"), ("GatewayStorge", "x"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "x"), ("Gateway:TokenCounting", "x"),
            ("GatewayStorage", "x"), ("Gateway:Retention:UsageDays", "x"), ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "perhaps"), ("Gateway:Upstream:IdleSeconds", "x"),
        ];
        Assert.Equal(mistakes.Length, Errors(mistakes).Count);
    }

    private static (string Key, string Value)[] Usual =>
        [("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "echo/a"), ("Gateway:Providers:mine:Kind", "echo")];

    private static Dictionary<string, string?> All((string Key, string Value)[] settings) =>
        settings.Append(("URLS", "http://127.0.0.1:0")).ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2, StringComparer.OrdinalIgnoreCase);

    /// <summary>None when it would start.</summary>
    private static IReadOnlyList<string> Errors(params (string Key, string Value)[] settings)
    {
        try
        {
            ((IDisposable)LocalHostApp.Create([], All(settings))).Dispose();
            return [];
        }
        catch (ConfigurationException mistakes)
        {
            return mistakes.Errors;
        }
    }
}
