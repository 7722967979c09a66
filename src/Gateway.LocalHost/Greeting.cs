namespace Gateway.LocalHost;

/// <summary>What to paste next.</summary>
internal static class Greeting
{
    public static void Print(WebApplication app)
    {
        string url = app.Urls.First().Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal);
        string key = app.Configuration["Gateway:DevKey"] ?? "";
        Console.WriteLine(
            $$"""

            Messages Gateway listens on {{url}}

            Everything is kept in memory: set GatewayStorage to keep keys in Table Storage.
            Development key: {{key}}

            Try it:
              curl {{url}}/v1/messages -H "x-api-key: {{key}}" -H "content-type: application/json" -d '{"model":"echo","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}'

            Claude Code:
              export ANTHROPIC_BASE_URL={{url}}
              export ANTHROPIC_AUTH_TOKEN={{key}}
              export ANTHROPIC_API_KEY=""

            """);
    }
}
