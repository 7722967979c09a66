using Gateway.LocalHost;
using Gateway.Settings;

namespace Gateway.Tests.Alerts;

/// <summary>Webhooks that can never work stop the start: each is named with its cure, and no secret is repeated.</summary>
public sealed class AlertSettingsTests
{
    private const string Hidden = "T0PSECRET";

    [Theory]
    [InlineData("Url", null, "is missing")]
    [InlineData("Url", "http://hooks.example/" + Hidden, "is not https")]
    [InlineData("Url", "ftp://hooks.example/" + Hidden, "is not https")]
    [InlineData("Url", "https://user:" + Hidden + "@hooks.example/", "holds a user")]
    [InlineData("Url", "https://hooks.example/#" + Hidden, "holds a '#'")]
    [InlineData("Url", "hooks.example/" + Hidden, "is no address")]
    [InlineData("Url", "https://hooks.example/ " + Hidden, "is no address")]
    [InlineData("Url", "file:///" + Hidden, "is no")]
    [InlineData("Secret", Hidden, "16 characters or more")]
    [InlineData("Secret", "whsec_" + Hidden, "16 characters or more")]
    [InlineData("Secret", "whsec_****************************", "base64")]
    [InlineData("Secret", "a-long-enough-secret-" + Hidden + "\n", "line break")]
    [InlineData("Format", "discord", "Known: json, slack, teams")]
    [InlineData("Format", "1", "Known: json, slack, teams")]
    [InlineData("Events:0", "budgets", "Known: budget, target, storage")]
    [InlineData("Events:0", "budget.treshold", "budget.threshold")]
    [InlineData("Events:0", "", "Known: budget")]
    [InlineData("Formt", "slack", "is no setting")]
    public void Webhook_that_cannot_work(string setting, string? value, string why)
    {
        Dictionary<string, string?> settings = new()
        {
            ["URLS"] = "http://127.0.0.1:0",
            ["Gateway:Alerts:Webhooks:ops:Url"] = "https://hooks.example/path",
            [$"Gateway:Alerts:Webhooks:ops:{setting}"] = value,
        };
        if (value is null)
        {
            settings["Gateway:Alerts:Webhooks:ops:Format"] = "json";
        }

        string error = Assert.Single(Assert.Throws<ConfigurationException>(() => LocalHostApp.Create([], settings)).Errors);
        Assert.StartsWith($"Gateway:Alerts:Webhooks:ops:{setting} ", error, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/x")]
    [InlineData("http://localhost/x")]
    [InlineData("http://[::1]:9/x")]
    [InlineData("https://hooks.example/x?token=1")]
    public async Task Webhook_that_can(string url)
    {
        await using Microsoft.AspNetCore.Builder.WebApplication app = LocalHostApp.Create([], new Dictionary<string, string?> { ["Gateway:Alerts:Webhooks:0:Url"] = url });
        Assert.NotNull(app);
    }
}
