using Gateway.Authentication;
using Gateway.Routing;

namespace Gateway.LocalHost;

/// <summary>What to paste next.</summary>
internal static class Greeting
{
    public static void Print(WebApplication app)
    {
        string url = app.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);
        string storage = "Keys live in Table Storage. Make one: dotnet run --project src/Gateway.Cli -- keys create --team <team>";
        string key = "<your key>";
        if (app.Services.GetService<DevelopmentKey>() is { } development)
        {
            storage = "Everything is kept in memory: set GatewayStorage to keep keys in Table Storage.\nDevelopment key: " + development.Value;
            key = development.Value;
        }

        string model = app.Services.GetRequiredService<LiveRouter>().Now.Catalog.Models.FirstOrDefault(m => !m.IsPattern)?.Id ?? "<model>";
        Console.WriteLine(
            $$"""

            Messages Gateway listens on {{url}}

            {{storage}}

            Try it (add "stream":true to see it stream):
              curl {{url}}/v1/messages -H "x-api-key: {{key}}" -H "content-type: application/json" -d '{"model":"{{model}}","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}'

            Claude Code:
              export ANTHROPIC_BASE_URL={{url}}
              export ANTHROPIC_AUTH_TOKEN={{key}}
              export ANTHROPIC_API_KEY=""

            """);
    }
}
