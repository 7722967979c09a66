using Gateway.Routing;
using Gateway.Settings;
using Gateway.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Gateway.Tests.Settings;

/// <summary>The variables of well-known providers are checked as what stands under <c>Gateway:Providers</c> is, and white space that a file or a shell put around them is left out and said.</summary>
public sealed class WellKnownVariableTests
{
    private const string Secret = "sk-secret-nobody-may-see";

    public static TheoryData<string> Providers => [.. WellKnownProvider.All.Select(known => known.Name)];

    [Theory]
    [MemberData(nameof(Providers))]
    public void Every_key_and_address_is_checked(string provider)
    {
        WellKnownProvider known = WellKnownProvider.All.First(one => one.Name == provider);
        bool azure = known.Kind == ProviderKind.AzureOpenAi;
        (string key, string address) = azure ? (WellKnownProvider.AzureKey, known.Variable) : (known.Variable, known.AddressVariable);
        foreach (string bad in (string[])[Secret + "é", Secret + "\n" + Secret, Secret + "\0", "Bearer " + Secret, "\"" + Secret + "\""])
        {
            Assert.StartsWith($"{key} ", Assert.Single(Errors((key, bad), (address, "https://x.example"))), StringComparison.Ordinal);
        }

        foreach (string bad in (string[])["x.example/v1", "localhost:8000", "ftp://x.example", "https://x.exämple", "https://x.example/\tv1", "https://x.example/v1/chat/completions", $"https://u:{Secret}@x.example"])
        {
            string error = Assert.Single(Errors((key, "k"), (address, bad)));
            Assert.StartsWith($"{address} ", error, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void White_space_around_a_value_is_left_out_and_said(string provider)
    {
        WellKnownProvider known = WellKnownProvider.All.First(one => one.Name == provider);
        bool azure = known.Kind == ProviderKind.AzureOpenAi;
        (string key, string address) = azure ? (WellKnownProvider.AzureKey, known.Variable) : (known.Variable, known.AddressVariable);
        IConfigurationRoot configuration = Configuration((key, $" {Secret}\r\n"), (address, "https://x.example/v1/ \n"));
        Provider read = CatalogReader.Read(configuration).Providers[provider];
        Assert.Equal((Secret, azure ? "https://x.example/v1/openai/v1" : "https://x.example/v1"), (read.ApiKey, read.BaseUrl));
        Assert.Equal(
            ((string[])[$"{address} has white space or a line break around it, which was left out.", $"{key} has white space or a line break around it, which was left out."]).Order(StringComparer.Ordinal),
            SettingRemarks.Of(configuration).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public void Half_of_a_pair_is_remarked_on_and_stops_nothing(string provider)
    {
        WellKnownProvider known = WellKnownProvider.All.First(one => one.Name == provider);
        bool azure = known.Kind == ProviderKind.AzureOpenAi;
        (string alone, string missing) = azure ? (WellKnownProvider.AzureKey, known.Variable) : (known.AddressVariable, known.Variable);
        foreach ((string, string)[] settings in ((string, string)[][])[[(alone, Secret)], [(alone, Secret), (missing, "")]])
        {
            string remark = Assert.Single(SettingRemarks.Of(Configuration(settings)));
            Assert.StartsWith($"{alone} is set, and {missing} is not, so nobody reads it. Set {missing}", remark, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, remark, StringComparison.Ordinal);
            Assert.Empty(Errors(settings));
        }

        Assert.Empty(SettingRemarks.Of(Configuration(azure ? (missing, "https://x.example") : (missing, "k"))));
    }

    [Theory]
    [InlineData("https://mine.openai.azure.com")]
    [InlineData("https://mine.openai.azure.com/")]
    [InlineData("https://mine.openai.azure.com/openai")]
    [InlineData("https://mine.openai.azure.com/openai/v1/")]
    public void Endpoint_of_azure_may_have_its_path_already(string endpoint) =>
        Assert.Equal("https://mine.openai.azure.com/openai/v1", CatalogReader.Read(Configuration(("AZURE_OPENAI_ENDPOINT", endpoint))).Providers["azure"].BaseUrl);

    /// <summary>As a program is started, with a key from a file that ends in a line break.</summary>
    [Fact]
    public async Task Start_says_it_and_the_upstream_gets_the_key_alone()
    {
        await using FakeUpstream upstream = await FakeUpstream.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            [("OPENAI_API_KEY", Secret + "\n"), ("OPENAI_BASE_URL", $" {upstream.Url}/v1"), ("AZURE_OPENAI_API_KEY", Secret), ("GROQ_BASE_URL", "http://x.example"), ("Gateway:DevKey", GatewayServer.Key), ("Logging:LogLevel:Default", "Warning")],
            GatewayServer.Key);
        using HttpResponseMessage answer = await gateway.PostAsync("/v1/messages", """{"model":"openai/x","max_tokens":9,"messages":[{"role":"user","content":"a"}]}""");
        await Patience.UntilAsync(() => gateway.Output.Any(line => line.Contains("AZURE_OPENAI_API_KEY is set, and AZURE_OPENAI_ENDPOINT is not", StringComparison.Ordinal)));
        Assert.Equal($"Bearer {Secret}", upstream.Received.First().Headers["authorization"]);
        foreach (string remark in (string[])["OPENAI_API_KEY has white space", "OPENAI_BASE_URL has white space", "GROQ_BASE_URL is set, and GROQ_API_KEY is not"])
        {
            Assert.Single(gateway.Output, line => line.Contains(remark, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(gateway.Output, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();

    private static IReadOnlyList<string> Errors(params (string Key, string Value)[] settings)
    {
        try
        {
            CatalogReader.Read(Configuration(settings));
            return [];
        }
        catch (ConfigurationException mistakes)
        {
            return mistakes.Errors;
        }
    }
}
