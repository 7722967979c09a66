using Gateway.Routing;
using Gateway.Settings;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Routing;

/// <summary>For whom tokens of the gateway's identity are.</summary>
public sealed class TokenScopeTests
{
    [Theory]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.openai.azure.com", "https://cognitiveservices.azure.com/.default")]
    [InlineData(ProviderKind.AzureOpenAi, "https://MINE.OPENAI.AZURE.COM/openai/v1", "https://cognitiveservices.azure.com/.default")]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.cognitiveservices.azure.com", "https://cognitiveservices.azure.com/.default")]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.services.ai.azure.com/openai/v1", "https://ai.azure.com/.default")]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.openai.azure.us", "https://cognitiveservices.azure.us/.default")]
    [InlineData(ProviderKind.AzureOpenAi, "https://mine.openai.azure.cn", "https://cognitiveservices.azure.cn/.default")]
    [InlineData(ProviderKind.AzureOpenAi, "https://gateway.example.com/openai", "https://cognitiveservices.azure.com/.default")]
    [InlineData(ProviderKind.Anthropic, "https://mine.services.ai.azure.com/anthropic", "https://ai.azure.com/.default")]
    [InlineData(ProviderKind.OpenAi, "https://mine.openai.azure.com/openai/v1", "https://cognitiveservices.azure.com/.default")]
    [InlineData(ProviderKind.OpenAi, "https://mine.openai.azure.com/openai/v1?api-key=secret", null)]
    [InlineData(ProviderKind.OpenAi, "http://mine.openai.azure.com/openai/v1", null)]
    [InlineData(ProviderKind.OpenAi, "https://api.openai.com/v1", null)]
    [InlineData(ProviderKind.OpenAi, "https://openai.azure.com.evil.example/v1", null)]
    [InlineData(ProviderKind.OpenAi, "https://evil-openai.azure.com.example", null)]
    [InlineData(ProviderKind.Anthropic, "https://api.anthropic.com", null)]
    [InlineData(ProviderKind.Echo, "", null)]
    public void Host_says_the_scope(ProviderKind kind, string url, string? scope) => Assert.Equal(scope, new Provider("p", kind, url).TokenScope);

    [Fact]
    public void Setting_wins_for_any_kind() => Assert.Equal(
        "api://mine/.default",
        CatalogReader.Read(SettingsOf("anthropic", "api://mine/.default")).Providers["p"].TokenScope);

    [Theory]
    [InlineData("cognitiveservices")]
    [InlineData("https://cognitiveservices.azure.com")]
    [InlineData("http://cognitiveservices.azure.com/.default")]
    [InlineData("https://cognitiveservices.azure.com/ /.default")]
    public void Text_that_is_no_scope_stops_the_start(string scope)
    {
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => CatalogReader.Read(SettingsOf("azure-openai", scope)));
        Assert.StartsWith("Gateway:Providers:p:TokenScope is no scope of a token.", Assert.Single(stopped.Errors), StringComparison.Ordinal);
    }

    private static IConfigurationRoot SettingsOf(string kind, string scope) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Providers:p:Kind"] = kind,
            ["Gateway:Providers:p:BaseUrl"] = "https://server.example",
            ["Gateway:Providers:p:TokenScope"] = scope,
        })
        .Build();
}
