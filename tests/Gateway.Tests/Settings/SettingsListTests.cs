using Gateway.LocalHost;
using Gateway.Routing;
using Gateway.Settings;

namespace Gateway.Tests.Settings;

/// <summary>Settings are one list: what the code reads, what deployments set and what the README says are the same.</summary>
public sealed class SettingsListTests
{
    /// <summary>Read by the Functions host, by <c>DefaultAzureCredential</c> and by Kestrel, not by the gateway.</summary>
    private static readonly string[] s_platform = ["AzureWebJobs*", "APPLICATIONINSIGHTS_*", "FUNCTIONS_*", "AZURE_CLIENT_ID", "ASPNETCORE_URLS"];

    [Fact]
    public void Settings_of_the_code_the_sample_the_templates_and_the_readme_are_one_list()
    {
        SortedSet<string> code = RecordedSettings.Read();
        SortedSet<string> readme = WrittenSettings.Readme();
        SortedSet<string> bicep = WrittenSettings.Bicep();
        SortedSet<string> sample = WrittenSettings.Sample();

        // The lists themselves: an empty one would agree with everything.
        Assert.Contains("Gateway__Providers__*__ApiKey", code);
        Assert.Contains("Gateway__Models__*__Targets__*", bicep);
        Assert.Contains("GatewayStorage", sample);
        Assert.Contains("Gateway__Upstream__PingSeconds", readme);

        AssertNone("read by the code, but not in the README's table", code.Where(name => !Names(readme, name)));
        AssertNone("in the README's table, but not read by the code", readme.Where(name => name.Contains('_', StringComparison.Ordinal) && !IsPlatform(name) && !IsRead(code, name)));
        foreach ((string file, SortedSet<string> names) in new[] { ("app-settings.bicep", bicep), ("local.settings.sample.json", sample) })
        {
            AssertNone($"set by {file}, but not read by the code", names.Where(name => !IsPlatform(name) && !IsRead(code, name)));
            AssertNone($"set by {file}, but not in the README's table", names.Where(name => !IsPlatform(name) && !Names(readme, name) && !readme.Any(row => Router.Matches(name, row))));
        }
    }

    [Theory]
    [InlineData("Gateway:Providers:openai:ApiKey")]
    [InlineData("OPENAI_API_KEY")]
    [InlineData("AZURE_OPENAI_API_KEY")]
    [InlineData("GatewayStorage")]
    public void Unresolved_key_vault_reference_stops_the_start_and_names_setting_and_role(string setting)
    {
        Dictionary<string, string?> settings = new()
        {
            ["URLS"] = "http://127.0.0.1:0",
            [setting] = "@Microsoft.KeyVault(VaultName=kv-of-ours;SecretName=openai-key)",
        };
        ConfigurationException stopped = Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings));

        string error = Assert.Single(stopped.Errors, e => e.Contains("Key Vault", StringComparison.Ordinal));
        Assert.StartsWith(setting + " holds a Key Vault reference that was not resolved.", error, StringComparison.Ordinal);
        Assert.Contains("Key Vault Secrets User", error, StringComparison.Ordinal);
        Assert.DoesNotContain("kv-of-ours", error, StringComparison.Ordinal);
    }

    /// <summary>A row may stand for many names; a name that varies itself must be there as it is.</summary>
    private static bool Names(SortedSet<string> readme, string name) => readme.Any(row => Router.Matches(row, name));

    /// <summary>A name that varies is read if anything that it may become is.</summary>
    private static bool IsRead(SortedSet<string> code, string name) => code.Any(read => Router.Matches(name, read));

    private static bool IsPlatform(string name) => s_platform.Any(pattern => Router.Matches(pattern, name));

    private static void AssertNone(string what, IEnumerable<string> names)
    {
        string[] found = [.. names];
        Assert.True(found.Length == 0, $"{what}: {string.Join(", ", found)}");
    }
}
