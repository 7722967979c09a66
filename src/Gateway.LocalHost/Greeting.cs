using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Authentication;
using Gateway.Diagnostics;
using Gateway.Http;
using Gateway.Routing;
using Gateway.Settings;

namespace Gateway.LocalHost;

/// <summary>What this gateway is, as it is configured, and what to paste next: lines that work as they stand.</summary>
internal static class Greeting
{
    /// <summary>More belong into a list that is asked for.</summary>
    private const int Most = 12;

    /// <summary>Stands for a key where only its owner has it. In no shell does it mean anything else.</summary>
    private const string SomeKey = "YOUR-KEY";

    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(WebApplication app)
    {
        Router router = app.Services.GetRequiredService<LiveRouter>().Now;
        string url = UrlOf(app);
        DevelopmentKey? development = app.Services.GetService<DevelopmentKey>();
        StringBuilder text = new();
        text.AppendLine().AppendLine($"Messages Gateway listens on {url}").AppendLine();
        text.AppendLine($"Version    {GatewayVersion.Text}");
        text.AppendLine($"Settings   {File(app.Configuration)}");
        AppendProviders(text, router.Catalog);
        AppendModels(text, router, [.. app.Services.GetRequiredService<UnpricedModels>().Names]);
        text.AppendLine($"Keys       {Keys(app.Configuration, development)}");
        if (app.Services.GetRequiredService<DashboardOptions>().Enabled)
        {
            text.AppendLine($"Dashboard  {url}/dashboard  ({(development is null ? "sign in with a key" : "sign in with the development key")})");
        }

        text.AppendLine();
        string? served = ExampleModel.Of(router);
        string model = served ?? $"{router.Catalog.Providers.Values.LastOrDefault(provider => provider.Kind != ProviderKind.Echo)?.Name ?? "PROVIDER"}/MODEL";
        AppendLines(text, url, development?.Value ?? SomeKey, model, served is not null, ExampleModel.ServesClaudeCode(router));
        return text.ToString();
    }

    /// <summary>
    /// The same for a log whose every line is a JSON object, in the form of the others. What was set need not be said; a key
    /// that was made up here is known to nobody else.
    /// </summary>
    public static string AsJson(WebApplication app)
    {
        string message = $"Messages Gateway listens on {UrlOf(app)}";
        DevelopmentKey? made = app.Services.GetService<DevelopmentKey>() is { IsGenerated: true } key ? key : null;
        return new JsonObject
        {
            ["Timestamp"] = app.Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            ["EventId"] = 0,
            ["LogLevel"] = nameof(LogLevel.Information),
            ["Category"] = "Gateway.LocalHost.Greeting",
            ["Message"] = message,
            ["State"] = new JsonObject { ["Url"] = UrlOf(app), ["DevelopmentKey"] = made?.Value },
        }.ToJsonString();
    }

    private static string UrlOf(WebApplication app) => app.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);

    private static string File(IConfiguration configuration) => GatewayFile.In(configuration) switch
    {
        { Text: not null } file => $"{file.Name}, and the environment",
        { } file => $"the environment alone: there is no {file.Name}",
        null => "the environment alone",
    };

    private static void AppendProviders(StringBuilder text, Catalog catalog)
    {
        if (catalog.OnlyEcho)
        {
            text.AppendLine("Providers  no provider: echo answers everything, that is, what is asked of")
                .AppendLine("           echo and of Claude Code's models. Set OPENAI_API_KEY,")
                .AppendLine("           ANTHROPIC_API_KEY or another (README), or write gateway.json.");
            return;
        }

        IEnumerable<string> names = catalog.Providers.Values.Where(provider => provider.Kind != ProviderKind.Echo || provider.Name != "echo").Select(provider => Uri.TryCreate(provider.BaseUrl, UriKind.Absolute, out Uri? at) ? $"{provider.Name} ({at.Authority})" : $"{provider.Name} (built in)");
        AppendList(text, "Providers", [.. names], "GET /manage/config lists them");
    }

    private static void AppendModels(StringBuilder text, Router router, string[] unpriced) => AppendList(
        text,
        "Models",
        [.. router.Catalog.Models.Select(model => $"{model.Id} -> {string.Join(", ", model.Targets.Select(target => target.ToString()))}{Price(router, model, unpriced)}")],
        "GET /v1/models lists them");

    private static string Price(Router router, Model model, string[] unpriced)
    {
        Target[] targets = [.. router.Find(model.Id)?.Targets ?? []];
        return targets.All(target => target.Provider.Kind == ProviderKind.Echo) ? ""
            : targets.All(target => target.Price is not null) ? "  (price known)"
            : unpriced.Contains(model.Id) ? "  (no price: counted without cost)"
            : "  (price by the name that is asked for)";
    }

    private static void AppendList(StringBuilder text, string title, string[] lines, string rest)
    {
        for (int i = 0; i < Math.Min(Most, lines.Length); i++)
        {
            text.AppendLine($"{(i == 0 ? title : ""),-10} {lines[i]}");
        }

        if (lines.Length == 0)
        {
            text.AppendLine($"{title,-10} none by name: ask for <provider>/<model>, or name some under Gateway:Models");
        }
        else if (lines.Length > Most)
        {
            text.AppendLine($"{"",-10} and {lines.Length - Most} more: {rest}");
        }
    }

    private static string Keys(IConfiguration configuration, DevelopmentKey? development) => development is not null
        ? $"in memory until this ends (GatewayStorage: in Table Storage)\nDevelopment key: {development.Value}"
        : $"in Table Storage{(configuration["GatewayStorage:tableServiceUri"] is { Length: > 0 } uri ? $" at {uri}" : "")}. Make one: {CommandLine} keys create --team platform";

    /// <summary>The tool and the image have the command line beside this program, under its own name.</summary>
    private static string CommandLine => System.IO.File.Exists(Path.Combine(AppContext.BaseDirectory, "Gateway.Cli.dll")) ? "gw" : "dotnet run --project src/Gateway.Cli --";

    private static void AppendLines(StringBuilder text, string url, string key, string model, bool served, bool servesClaudeCode)
    {
        string body = $$"""{"model":{{JsonSerializer.Serialize(model)}},"max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""";
        text.AppendLine(!served ? "Try it with a MODEL that your provider has (add \"stream\":true to see it stream):" : "Try it (add \"stream\":true to see it stream):")
            .AppendLine($"  curl {url}/v1/messages -H {Shell($"x-api-key: {key}")} -H 'content-type: application/json' -d {Shell(body)}")
            .AppendLine("PowerShell:")
            .AppendLine($"  Invoke-RestMethod {url}/v1/messages -Method Post -Headers @{{'x-api-key'={PowerShell(key)}}} -ContentType application/json -Body {PowerShell(body)}")
            .AppendLine();
        (string Name, string Value)[] variables = [("ANTHROPIC_BASE_URL", url), ("ANTHROPIC_AUTH_TOKEN", key), ("ANTHROPIC_API_KEY", ""), .. servesClaudeCode ? [] : ModelsOfClaudeCode(model)];
        text.AppendLine(servesClaudeCode ? "Claude Code:" : "Claude Code (its own models, claude-*, go nowhere here, so it is told another):")
            .AppendLine($"  export {string.Join(' ', variables.Select(variable => $"{variable.Name}={Shell(variable.Value)}"))}")
            .AppendLine("PowerShell:")
            .AppendLine($"  {string.Join("; ", variables.Select(variable => $"$env:{variable.Name}={PowerShell(variable.Value)}"))}")
            .AppendLine();
        text.AppendLine("SDKs:")
            .AppendLine($"  Anthropic   Python Anthropic(base_url=\"{url}\", api_key={Literal(key)})   TypeScript new Anthropic({{ baseURL: \"{url}\", apiKey: {Literal(key)} }})")
            .AppendLine($"  OpenAI      Python OpenAI(base_url=\"{url}/v1\", api_key={Literal(key)})   TypeScript new OpenAI({{ baseURL: \"{url}/v1\", apiKey: {Literal(key)} }})");
    }

    private static string Shell(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string PowerShell(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>A string of Python and of TypeScript, which both read those of JSON.</summary>
    private static string Literal(string text) => JsonSerializer.Serialize(text, s_plain);

    private static IEnumerable<(string Name, string Value)> ModelsOfClaudeCode(string model) =>
        ((string[])["ANTHROPIC_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL"]).Select(name => (name, model));
}
