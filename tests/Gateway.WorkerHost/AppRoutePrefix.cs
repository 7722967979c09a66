using System.Text.Json;

namespace Gateway.WorkerHost;

/// <summary>The prefix of all routes in the app's <c>host.json</c>; the host's default is <c>api</c>.</summary>
internal static class AppRoutePrefix
{
    public static string Read(string folder)
    {
        JsonElement host = JsonElement.Parse(File.ReadAllBytes(Path.Combine(folder, "host.json")));
        return host.TryGetProperty("extensions", out JsonElement extensions)
            && extensions.TryGetProperty("http", out JsonElement http)
            && http.TryGetProperty("routePrefix", out JsonElement prefix) ? prefix.GetString()! : "api";
    }
}
