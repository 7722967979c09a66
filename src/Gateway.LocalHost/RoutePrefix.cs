using System.Text.Json;

namespace Gateway.LocalHost;

/// <summary>Reads the prefix of all routes from <c>host.json</c>, as the Functions worker does.</summary>
internal static class RoutePrefix
{
    private const string Default = "api";
    private static readonly JsonDocumentOptions s_lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static string Read()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "host.json");
        if (!File.Exists(path))
        {
            return Default;
        }

        using JsonDocument host = JsonDocument.Parse(File.ReadAllBytes(path), s_lenient);
        return host.RootElement.TryGetProperty("extensions", out JsonElement extensions)
            && extensions.TryGetProperty("http", out JsonElement http)
            && http.TryGetProperty("routePrefix", out JsonElement prefix)
                ? prefix.GetString() ?? Default
                : Default;
    }
}
