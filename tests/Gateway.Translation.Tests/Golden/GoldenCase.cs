using System.Text.Json;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Golden;

/// <summary>
/// One folder of wire bytes, named as the sentence that it proves: what one side said, and what the other must see of it.
/// The tests of the translation and those over HTTP read it here and nowhere else.
/// </summary>
internal sealed class GoldenCase(GoldenSet set, string folder)
{
    public GoldenSet Set => set;

    /// <summary>Such as <c>MessagesToChat/Request/the-smallest-request</c>.</summary>
    public string Name { get; } = $"{set.Folder}/{Path.GetFileName(folder)}";

    public IEnumerable<string> Files => Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path));

    public byte[] ClientRequest => Read("client-request.json") ?? throw new InvalidOperationException($"{Name} has no client-request.json");

    /// <summary>The client asks for a stream.</summary>
    public bool Streaming => JsonElement.Parse(ClientRequest).TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True;

    /// <summary>Flags of the profile that differ from those of the model's family.</summary>
    public JsonElement? Profile => ReadJson("profile.json");

    public byte[]? UpstreamRequest => Read("upstream-request.json");

    public byte[]? UpstreamResponse => Read("upstream-response.json");

    public byte[]? UpstreamStream => Read("upstream-stream.sse");

    public byte[]? ClientResponse => Read("client-response.json");

    public byte[]? ClientStream => Read("client-stream.sse");

    /// <summary>What the translation says that it dropped or changed; nothing without a file.</summary>
    public string Report => Read("report.txt") is { } text ? System.Text.Encoding.UTF8.GetString(text).Trim() : "";

    public JsonElement? Error => ReadJson("error.json");

    /// <summary>The upstream's refusal, where error.json has one.</summary>
    public JsonElement? UpstreamError => Error is { } error && error.TryGetProperty("upstream", out JsonElement upstream) ? upstream : null;

    /// <summary>What error.json says of the client's error: under <c>client</c>, or all of it.</summary>
    public JsonElement? ClientError => Error is { } error ? error.TryGetProperty("client", out JsonElement client) ? client : error : null;

    // What target.json says of where the request goes.
    public string UpstreamModel => Target("upstreamModel").GetString() ?? set.Upstream switch { ApiForm.Chat => "gpt-4o", ApiForm.Responses => "gpt-5.4", _ => "claude-sonnet-4-5" };

    public string? Provider => Target("provider").GetString();

    public string? Session => Target("session").GetString();

    /// <summary>Parameters that the upstream has refused before.</summary>
    public IReadOnlyList<string> Rejected => Target("rejected") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(each => each.GetString()!)] : [];

    /// <summary>Fields that the upstream's server does not know.</summary>
    public IReadOnlyList<string> Strips => Target("strip") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray().Select(each => each.GetString()!)] : [];

    /// <summary>The last answer of the conversation came from another upstream.</summary>
    public bool Moved => Target("moved").ValueKind == JsonValueKind.True;

    /// <summary>The last signature that an earlier upstream made, where this one has answered since.</summary>
    public string? ForeignUpTo => Target("foreignUpTo").GetString();

    /// <summary>The upstream's connection breaks instead of ending.</summary>
    public bool Reset => Target("reset").ValueKind == JsonValueKind.True;

    public static IReadOnlyList<GoldenCase> All { get; } = [.. GoldenSet.All.SelectMany(set => set.Cases)];

    public static GoldenCase Of(string name) => All.Single(golden => golden.Name == name);

    public byte[]? Read(string file) => Path.Combine(folder, file) is { } path && File.Exists(path) ? File.ReadAllBytes(path) : null;

    private JsonElement? ReadJson(string file) => Read(file) is { } json ? JsonElement.Parse(json) : null;

    private JsonElement Target(string name) => ReadJson("target.json") is { } target && target.TryGetProperty(name, out JsonElement value) ? value : JsonElement.Parse("null");
}
