using Microsoft.AspNetCore.Http;

namespace Gateway.Http.Manage;

/// <summary>Ids in paths such as <c>/manage/keys/{id}/rotate</c>.</summary>
internal static class ManagePath
{
    /// <summary>The segment after the one that names the collection.</summary>
    public static string IdAfter(string collection, HttpRequest request)
    {
        string[] segments = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        int at = Array.FindIndex(segments, segment => segment.Equals(collection, StringComparison.OrdinalIgnoreCase));
        return segments.ElementAtOrDefault(at + 1) ?? "";
    }
}
