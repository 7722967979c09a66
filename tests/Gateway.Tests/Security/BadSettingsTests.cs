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
        foreach (string setting in new[] { "Gateway:Providers:fake:ApiKey", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "Gateway:DevKey" })
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
        foreach (string setting in new[] { "Gateway:Providers:fake:BaseUrl", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT" })
        {
            string error = Assert.Single(Errors((setting, url), ("OPENAI_API_KEY", "k"), ("Gateway:Providers:fake:Kind", "openai"), ("Gateway:Providers:fake:BaseUrl", setting.Contains("fake", StringComparison.Ordinal) ? url : "http://x.example")));
            Assert.StartsWith(setting + " ", error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Gateway:Provders:fake:ApiKey", "Gateway:Provders is no setting. Known under Gateway: DevKey, ConfigFile, DrainSeconds, TokenCounting, Providers, Models, Retention, Upstream")]
    [InlineData("Gateway:Providers:fake:ApiKy", "Gateway:Providers:fake:ApiKy is no setting. Known under Gateway:Providers:fake: Kind, BaseUrl, ApiKey, Profile.")]
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
                "Gateway:Models:3:Targets of 'n ' names the provider 'ecko', which is not under Gateway:Providers. Known: a/b, echo.",
                "Gateway:Models:4:Profile:tokenField is 'tokens', which this flag does not know. See docs/providers.md.",
                "Gateway:Models:4:Targets of 'o' must hold no control characters, line breaks or broken characters.",
                "Gateway:Providers:a/b is no name that a target can begin with: \"<provider>/<upstream model>\". Give the provider a name without '/'.",
            ],
            errors.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_setting_of_the_readme_is_known()
    {
        string[] names = [.. WrittenSettings.Readme().Where(name => name.StartsWith("Gateway__", StringComparison.Ordinal)).Select(name => name.Replace("__", ":", StringComparison.Ordinal).Replace('*', 'x'))];
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
