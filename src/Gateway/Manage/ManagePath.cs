using Microsoft.AspNetCore.Http;

namespace Gateway.Manage;

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

    /// <summary>All after the segment that names the collection, for ids that hold slashes, raw or encoded.</summary>
    public static string RestAfter(string collection, HttpRequest request)
    {
        string path = (request.Path.Value ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        int at = path.IndexOf($"/{collection}/", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : path[(at + collection.Length + 2)..].Trim('/');
    }
}
