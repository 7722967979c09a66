using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Routing;

/// <summary>How providers are addressed, in which header their keys go, and what goes out beside.</summary>
public sealed class ProviderAuthTests
{
    [Theory]
    [InlineData("deepseek", "https://api.deepseek.com/anthropic", ProviderAuth.XApiKey)]
    [InlineData("moonshot", "https://api.moonshot.ai/anthropic", ProviderAuth.Bearer)]
    [InlineData("zai", "https://api.z.ai/api/anthropic", ProviderAuth.Bearer)]
    [InlineData("minimax", "https://api.minimax.io/anthropic", ProviderAuth.Bearer)]
    [InlineData("dashscope", "https://dashscope-intl.aliyuncs.com/apps/anthropic", ProviderAuth.Bearer)]
    [InlineData("openrouter", "https://openrouter.ai/api", ProviderAuth.Bearer)]
    [InlineData("fireworks", "https://api.fireworks.ai/inference", ProviderAuth.Bearer)]
    [InlineData("vercel", "https://ai-gateway.vercel.sh", ProviderAuth.Bearer)]
    public void Name_is_enough_for_an_endpoint_of_anthropics_form(string name, string url, ProviderAuth auth)
    {
        Provider provider = Read(name, ("Kind", "anthropic"), ("ApiKey", "sk-1")).Providers[name];
        Assert.Equal((url, auth), (provider.BaseUrl, provider.Auth));
    }

    [Fact]
    public void Key_of_the_environment_serves_the_other_form_too()
    {
        Provider provider = Read("deepseek", ("Kind", "anthropic"), ("DEEPSEEK_API_KEY", "sk-env")).Providers["deepseek"];
        Assert.Equal(("https://api.deepseek.com/anthropic", "sk-env"), (provider.BaseUrl, provider.ApiKey));
    }

    [Theory]
    [InlineData("https://openrouter.ai/api", "anthropic/claude-opus-5", true)]
    [InlineData("https://eu.openrouter.ai/api", "anthropic/claude-opus-5", true)]
    [InlineData("https://openrouter.ai/api", "deepseek/deepseek-chat", false)]
    [InlineData("https://api.deepseek.com/anthropic", "claude-opus-5", false)]
    [InlineData("https://api.anthropic.com", "claude-opus-5", true)]
    [InlineData("https://mine.services.ai.azure.com/anthropic", "my-deployment", true)]
    [InlineData("https://bedrock-mantle.us-east-1.api.aws/anthropic", "anthropic.claude-opus-5", true)]
    public void Only_claude_is_told_what_only_claude_knows(string url, string model, bool knows) =>
        Assert.Equal(knows, new Router(Read("p", ("Kind", "anthropic"), ("BaseUrl", url), ("ApiKey", "sk-1"))).Find($"p/{model}")!.Targets[0].Profile.AnthropicFields);

    [Theory]
    [InlineData(ProviderKind.Anthropic, "https://api.anthropic.com", ProviderAuth.XApiKey)]
    [InlineData(ProviderKind.Anthropic, "https://adb-1.azuredatabricks.net/serving-endpoints/anthropic", ProviderAuth.Bearer)]
    [InlineData(ProviderKind.Anthropic, "https://api.moonshot.cn/anthropic", ProviderAuth.Bearer)]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.openai.azure.com", ProviderAuth.ApiKey)]
    [InlineData(ProviderKind.OpenAi, "https://api.openai.com/v1", ProviderAuth.Bearer)]
    public void Kind_and_host_say_where_the_key_goes(ProviderKind kind, string url, ProviderAuth auth) => Assert.Equal(auth, new Provider("p", kind, url).Auth);

    [Theory]
    [InlineData("Auth", "basic", "Gateway:Providers:p:Auth is 'basic'. Set it to x-api-key,")]
    [InlineData("Auth", "1", "Gateway:Providers:p:Auth is '1'. Set it to x-api-key,")]
    [InlineData("Auth", "entra", "Gateway:Providers:p:ApiKey is set, and Auth is entra")]
    [InlineData("Headers:authorization", "sk-very-secret", "Gateway:Providers:p:Headers:authorization holds a credential. Put the key into ApiKey")]
    [InlineData("Headers:Host", "sk-very-secret", "Gateway:Providers:p:Headers:Host is a header that the gateway writes by itself.")]
    [InlineData("Headers:content-type", "sk-very-secret", "Gateway:Providers:p:Headers:content-type is a header that the gateway writes by itself.")]
    [InlineData("Headers:x y", "sk-very-secret", "Gateway:Providers:p:Headers:x y is no name of a header.")]
    [InlineData("Headers:x-y", "", "Gateway:Providers:p:Headers:x-y is empty.")]
    [InlineData("Headers:x-y", "sk-very-secret\r\nx: y", "Gateway:Providers:p:Headers:x-y holds a line break")]
    public void What_cannot_work_stops_the_start_and_repeats_no_secret(string key, string value, string message)
    {
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(
            () => Read("p", ("Kind", "anthropic"), ("BaseUrl", "https://mine.services.ai.azure.com/anthropic"), ("ApiKey", "sk-1"), (key, value)));
        string error = Assert.Single(stopped.Errors);
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Token_for_an_unknown_host_needs_a_scope()
    {
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(
            () => Read("p", ("Kind", "anthropic"), ("BaseUrl", "https://proxy.example"), ("Auth", "entra")));
        Assert.StartsWith("Gateway:Providers:p:TokenScope is missing.", Assert.Single(stopped.Errors), StringComparison.Ordinal);
    }

    private static Catalog Read(string provider, params (string Key, string Value)[] settings) => CatalogReader.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(pair => pair.Key.EndsWith("_API_KEY", StringComparison.Ordinal) ? pair.Key : $"Gateway:Providers:{provider}:{pair.Key}", string? (pair) => pair.Value))
        .Build());
}
