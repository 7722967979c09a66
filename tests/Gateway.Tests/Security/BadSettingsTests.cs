using Gateway.LocalHost;
using Gateway.Routing;
using Gateway.Settings;
using Gateway.Tests.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Security;

/// <summary>Settings that can never work stop the start: each is named with its cure, and no secret is repeated.</summary>
public sealed class BadSettingsTests
{
    private const string Secret = "sk-secret-nobody-may-see";

    [Theory]
    [InlineData("\uFEFF" + Secret, "byte order mark")]
    [InlineData(Secret + "\n", "line break around it")]
    [InlineData(" " + Secret, "white space")]
    [InlineData("   ", "white space")]
    [InlineData(Secret + "\n" + Secret, "holds a line break")]
    [InlineData(Secret + "\r" + Secret, "holds a line break")]
    [InlineData(Secret + "é", "not ASCII")]
    [InlineData(Secret + " " + Secret, "a space")]
    [InlineData(Secret + "\0", "line break")]
    [InlineData("Bearer " + Secret, "'Bearer', which the gateway adds")]
    [InlineData("bearer " + Secret, "'Bearer', which the gateway adds")]
    [InlineData("\"" + Secret + "\"", "quotation marks")]
    public void Key_that_cannot_be_sent(string key, string why)
    {
        string[] variables = key.Trim() is { Length: > 0 } trimmed && trimmed.Length != key.Length ? [] : ["OPENAI_API_KEY", "AZURE_OPENAI_API_KEY"];
        foreach (string setting in (string[])["Gateway:Providers:fake:ApiKey", "Gateway:DevKey", .. variables])
        {
            string error = Assert.Single(Errors((setting, key), ("AZURE_OPENAI_ENDPOINT", "https://azure.example"), ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", "http://x.example/v1")));
            Assert.StartsWith(setting + " ", error, StringComparison.Ordinal);
            Assert.Contains(why, error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://x.example/v1 ")]
    [InlineData(" http://x.example/v1")]
    [InlineData("http://x.example/v1\n")]
    [InlineData("http://x.example/v1#")]
    [InlineData("http://x.example/v1#top")]
    [InlineData("http://user:" + Secret + "@x.example/v1")]
    [InlineData("ftp://user:" + Secret + "@x.example/v1")]
    [InlineData("ftp://x.example")]
    [InlineData("file:///v1")]
    [InlineData("x.example/v1")]
    [InlineData("http://")]
    [InlineData("https:///v1")]
    [InlineData("http://x.exämple/v1")]
    [InlineData("/v1")]
    [InlineData("http://x.example/v1/chat/completions/")]
    [InlineData("http://x.example/v1/messages")]
    public void Address_below_which_nothing_can_be_reached(string url)
    {
        string[] variables = url.Trim().Length != url.Length ? [] : ["OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"];
        foreach (string setting in (string[])["Gateway:Providers:fake:BaseUrl", .. variables])
        {
            string error = Assert.Single(Errors((setting, url), ("OPENAI_API_KEY", "k"), ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", setting.Contains("fake", StringComparison.Ordinal) ? url : "http://x.example")));
            Assert.StartsWith(setting + " ", error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
        }
    }

    /// <summary>Two lines of a file, or two variables, each with what belongs into the other.</summary>
    [Theory]
    [InlineData("Gateway:Providers:fake:BaseUrl")]
    [InlineData("Gateway:Providers:fake:Kind")]
    [InlineData("Gateway:Providers:fake:Api")]
    [InlineData("Gateway:Providers:fake:Auth")]
    [InlineData("Gateway:Providers:fake:Billing")]
    [InlineData("Gateway:Providers:fake:MessagesUrl")]
    [InlineData("Gateway:Alerts:Webhooks:ops:Url")]
    [InlineData("Gateway:Alerts:Webhooks:ops:Format")]
    [InlineData("Gateway:Alerts:Webhooks:ops:Events:0")]
    [InlineData("OPENAI_BASE_URL")]
    public void Key_where_something_else_belongs_is_not_repeated(string setting)
    {
        const string Key = Secret + "-of-the-usual-length";
        IReadOnlyList<string> errors = Errors(
            (setting, Key), ("OPENAI_API_KEY", "https://api.openai.com/v1"), ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", "http://x.example/v1"), ("Gateway:Alerts:Webhooks:ops:Url", "https://x.example"));
        Assert.Contains(errors, error => error.StartsWith(setting + " ", StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Gateway:Provders:fake:ApiKey", "Gateway:Provders is no setting. Did you mean Providers? Known under Gateway: DevKey, BootstrapKey, ConfigFile, ")]
    [InlineData("Gateway:Providers:fake:ApiKy", "Gateway:Providers:fake:ApiKy is no setting. Did you mean ApiKey? Known under Gateway:Providers:fake: Kind, BaseUrl, ApiKey, ApiKeys, TokenScope, ")]
    [InlineData("Gateway:Models:0:Target", "Gateway:Models:0:Target is no setting.")]
    [InlineData("Gateway:Models:0:Id:x", "Gateway:Models:0:Id holds a list or an object.")]
    [InlineData("Gateway:Models:0:Targets", "Gateway:Models:0:Targets is a single value.")]
    [InlineData("Gateway:Retention:Days", "Gateway:Retention:Days is no setting.")]
    [InlineData("Gateway:Upstream:Idle", "Gateway:Upstream:Idle is no setting.")]
    [InlineData("Gateway:Secret", "Gateway:Secret is no setting.")]
    public void Setting_that_nobody_reads(string setting, string why)
    {
        IReadOnlyList<string> errors = Errors((setting, Secret), ("Gateway:Providers:fake:Kind", "echo"), ("Gateway:Models:0:DisplayName", "n"));
        Assert.Contains(errors, error => error.StartsWith(why, StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Contains(Secret, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Gateway:Models:0:Targets", "Gateway:Models:0:Targets:0")]
    [InlineData("Gateway:Models", "Gateway:Models:0:Id")]
    [InlineData("Gateway:Providers", "Gateway:Providers:fake:Kind")]
    [InlineData("Gateway:Models:0:Profile", null)]
    [InlineData("Gateway", null)]
    public void Single_value_in_the_place_of_many(string setting, string? beside)
    {
        IReadOnlyList<string> errors = Errors((setting, "echo/other"), (beside ?? "Gateway:Models:0:Id", "echo"));
        Assert.Contains(errors, error => error.StartsWith($"{setting} is a single value.", StringComparison.Ordinal));
    }

    [Fact]
    public void File_without_the_outermost_object() => Assert.Equal(
        [
            "Models stands beside Gateway, where nobody reads it. Write { \"Gateway\": { \"Models\": ... } }.",
            "Providers stands beside Gateway, where nobody reads it. Write { \"Gateway\": { \"Providers\": ... } }.",
        ],
        Errors(("Models:0:Id", "m"), ("Providers:fake:Kind", "echo")).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("effort", "low", "hgih")]
    [InlineData("tokenField", "max_tokens", "max_tokens")]
    [InlineData("replayReasoning", "always:")]
    [InlineData("stop", "perhaps")]
    [InlineData("maxOutputTokens", "0")]
    [InlineData("topp", "true")]
    public void Profile_value_that_is_not_allowed(string flag, params string[] values)
    {
        IEnumerable<(string, string)> set = values.Select((value, i) => ($"Gateway:Models:0:Profile:{flag}{(values.Length > 1 ? $":{i}" : "")}", value));
        string error = Assert.Single(Errors([("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "echo/a"), .. set]));
        Assert.StartsWith($"Gateway:Models:0:Profile:{flag} ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_that_cannot_be_asked_for()
    {
        IReadOnlyList<string> errors = Errors(
            ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0", "echo/a"),
            ("Gateway:Models:1:Id", "m"), ("Gateway:Models:1:Targets:0", "echo/b"),
            ("Gateway:Models:2:Id", new string('x', 257)), ("Gateway:Models:2:Targets:0", "echo/b"),
            ("Gateway:Models:3:Id", "n "), ("Gateway:Models:3:Targets:0", "ecko/b"),
            ("Gateway:Models:4:Id", "o"), ("Gateway:Models:4:Targets:0", "echo/a\nb"), ("Gateway:Models:4:Profile:tokenField", "tokens"),
            ("Gateway:Providers:a/b:Kind", "echo"));
        Assert.Equal(
            [
                "Gateway:Models holds the Id 'm' 2 times, and only the first could be asked for. Put all targets into one entry, or give each an Id of its own.",
                "Gateway:Models:2:Id must be 1 to 256 characters.",
                "Gateway:Models:3:Id has white space around a name. Write the name alone.",
                "Gateway:Models:3:Targets of 'n ' names the provider 'ecko', which is not under Gateway:Providers. Did you mean echo? Known: a/b, echo.",
                "Gateway:Models:4:Profile:tokenField is 'tokens', which this flag does not know. See docs/providers.md.",
                "Gateway:Models:4:Targets of 'o' must hold no control characters, line breaks or broken characters.",
                "Gateway:Providers:a/b is no name that a target can begin with: \"<provider>/<upstream model>\". Give the provider a name without '/'.",
            ],
            errors.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Targets:0:Weight", "-1", "Gateway:Models:0:Targets:0:Weight is '-1'. Set it to a number from 0 (only when nobody else is left) to 1000000.")]
    [InlineData("Targets:0:Weight", "NaN", "Gateway:Models:0:Targets:0:Weight is 'NaN'.")]
    [InlineData("Targets:0:Weight", "1e300", "Gateway:Models:0:Targets:0:Weight is '1e300'.")]
    [InlineData("Targets:0:Weight", "Infinity", "Gateway:Models:0:Targets:0:Weight is 'Infinity'.")]
    [InlineData("Targets:0:Weight", "1,5", "Gateway:Models:0:Targets:0:Weight is '1,5'.")]
    [InlineData("Targets:0:MaxConcurrent", "0", "Gateway:Models:0:Targets:0:MaxConcurrent is '0'. Set it to a whole number of calls, 1 or more.")]
    [InlineData("Targets:0:MaxConcurrent", "2.5", "Gateway:Models:0:Targets:0:MaxConcurrent is '2.5'.")]
    [InlineData("Targets:0:ContextWindow", "many", "Gateway:Models:0:Targets:0:ContextWindow is 'many'. Set it to a whole number of tokens.")]
    [InlineData("Targets:0:FirstByteSeconds", "0", "Gateway:Models:0:Targets:0:FirstByteSeconds is '0'. Set it to a number of seconds above 0 and up to 86400.")]
    [InlineData("Targets:0:IdleSeconds", "-3", "Gateway:Models:0:Targets:0:IdleSeconds is '-3'.")]
    [InlineData("Targets:0:WholeSeconds", "86401", "Gateway:Models:0:Targets:0:WholeSeconds is '86401'.")]
    [InlineData("Targets:0:NextTargetSeconds", "soon", "Gateway:Models:0:Targets:0:NextTargetSeconds is 'soon'.")]
    [InlineData("NextTargetSeconds", "NaN", "Gateway:Models:0:NextTargetSeconds is 'NaN'.")]
    [InlineData("Targets:0:Price:Input", "1", "Gateway:Models:0:Targets:0:Price:Output is missing.")]
    [InlineData("Targets:0:Wieght", "1", "Gateway:Models:0:Targets:0:Wieght is no setting. Did you mean Weight? Known under Gateway:Models:0:Targets:0: Target, Weight, Price, ")]
    [InlineData("Targets:0", "echo/b", "Gateway:Models:0:Targets:0 is a text and has a Target, too. Write the target once.")]
    [InlineData("Targets:0:Target", "", "Gateway:Models:0:Targets of 'm' holds ''. Write it as \"<provider>/<upstream model>\", or as the name of another model.")]
    [InlineData("Targets:0:Target", "/a", "Gateway:Models:0:Targets of 'm' holds '/a'.")]
    [InlineData("Targets:0:Target", "echo/", "Gateway:Models:0:Targets of 'm' holds 'echo/'.")]
    [InlineData("Targets:0:Target", "ecko/a", "Gateway:Models:0:Targets of 'm' names the provider 'ecko', which is not under Gateway:Providers.")]
    [InlineData("Targets:0:Target", "other", "Gateway:Models: 'm' has the target 'other', which is no model. Write it as \"<provider>/<upstream model>\", or as the Id of another model.")]
    [InlineData("Targets:1:Weight", "1", "Gateway:Models:0:Targets:1:Target of Gateway:Models:0:Targets of 'm' is missing.")]
    [InlineData("Order", "random", "Gateway:Models:0:Order is 'random'. Set it to preference, weight, cheapest or fastest.")]
    [InlineData("Order", "1", "Gateway:Models:0:Order is '1'.")]
    [InlineData("Aliases:0", "gpt-*", "Gateway:Models:0:Aliases:0 is 'gpt-*'. An alias is another exact name of a model without '*'; give a pattern an entry of its own.")]
    [InlineData("Aliases:0", "", "Gateway:Models:0:Aliases:0 is ''.")]
    [InlineData("Aliases:0", " n", "Gateway:Models:0:Aliases:0 has white space around a name.")]
    [InlineData("Aliases:0", "m", "Gateway:Models holds the alias 'm' beside another alias or Id of that name. Each name can mean one model: leave one of them out.")]
    [InlineData("Aliases", "n", "Gateway:Models:0:Aliases is a single value. Write one entry for each, as the README shows.")]
    [InlineData("Targets:0:Target", "m", "Gateway:Models: 'm' leads back to itself: m -> m. Take one of these targets out.")]
    public void Target_that_can_never_be_chosen_so(string setting, string value, string why)
    {
        string error = Assert.Single(Errors(("Gateway:Models:0:" + setting, value), ("Gateway:Models:0:Id", "m"), ("Gateway:Models:0:Targets:0:Target", "echo/a")));
        Assert.StartsWith(why, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_that_name_each_other() => Assert.Equal(
        [
            "Gateway:Models holds the alias 'b' beside another alias or Id of that name. Each name can mean one model: leave one of them out.",
            "Gateway:Models: 'a' leads back to itself: a -> b -> c -> a. Take one of these targets out.",
            "Gateway:Models: 'b' leads back to itself: b -> c -> a -> b. Take one of these targets out.",
            "Gateway:Models: 'c' leads back to itself: c -> a -> b -> c. Take one of these targets out.",
            "Gateway:Models: 'e' has only models as targets, and those have prices and profiles of their own. Set Price and Profile there.",
            "Gateway:Models:3:Targets:0 names the model 'a', whose targets have settings of their own. Leave only Target and Weight here.",
        ],
        Errors(
            ("Gateway:Models:0:Id", "a"), ("Gateway:Models:0:Targets:0", "echo/x"), ("Gateway:Models:0:Targets:1", "b"),
            ("Gateway:Models:1:Id", "b"), ("Gateway:Models:1:Targets:0", "see"),
            ("Gateway:Models:2:Id", "c"), ("Gateway:Models:2:Targets:0", "a"), ("Gateway:Models:2:Aliases:0", "see"), ("Gateway:Models:2:Aliases:1", "b"),
            ("Gateway:Models:3:Id", "d"), ("Gateway:Models:3:Targets:0", "a"), ("Gateway:Models:3:Targets:0:MaxConcurrent", "3"),
            ("Gateway:Models:4:Id", "e"), ("Gateway:Models:4:Targets:0", "d"), ("Gateway:Models:4:Profile:topK", "true")).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("ApiKeys:0", "a b", "holds a line break, a space")]
    [InlineData("ApiKeys:0", "", "is empty. Write a key, or leave the entry out.")]
    [InlineData("ApiKeys:0", Secret, "holds a key that the provider has already. Write each key once.")]
    public void Keys_that_cannot_be_sent(string setting, string value, string why)
    {
        string error = Assert.Single(Errors(("Gateway:Providers:fake:" + setting, value), ("Gateway:Providers:fake:ApiKey", Secret), ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", "http://x.example/v1")));
        Assert.StartsWith($"Gateway:Providers:fake:{setting} {why}", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_setting_of_the_readme_is_known()
    {
        string[] names = [.. WrittenSettings.Readme().Where(name => name.StartsWith("Gateway__", StringComparison.Ordinal)).Select(name => name.Replace("__", ":", StringComparison.Ordinal).Replace('*', '0'))];
        Assert.Contains("Gateway:Upstream:PingSeconds", names);
        Assert.All(names, name => Assert.Empty(KnownSettings.Check(new ConfigurationBuilder().AddInMemoryCollection([new(name, "1")]).Build())));
    }

    [Theory]
    [InlineData("collector:4317")]
    [InlineData("nonsense")]
    [InlineData("ftp://collector")]
    public void Collector_that_cannot_be_reached(string url) => Assert.StartsWith(
        "OTEL_EXPORTER_OTLP_ENDPOINT is no http(s) address.", Assert.Single(Errors(("OTEL_EXPORTER_OTLP_ENDPOINT", url))), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(3, Errors(("Gateway:Typo", "1"), ("OPENAI_API_KEY", "a b"), ("Gateway:Upstream:PingSeconds", "soon")).Count);

    private static IReadOnlyList<string> Errors(params (string Key, string Value)[] settings) =>
        Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings.DistinctBy(s => s.Key).Append(("URLS", "http://127.0.0.1:0")).ToDictionary(s => s.Item1, s => (string?)s.Item2))).Errors;
}
