using System.Text.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Golden;

/// <summary>One folder of wire bytes: what each side said, and what the other must see of it.</summary>
internal sealed class GoldenCase(string folder)
{
    public const string MessageId = "msg_golden";
    public const long EstimatedInputTokens = 7;

    public string Name => Path.GetFileName(folder);

    public byte[] ClientRequest => Bytes("client-request.json") ?? throw new InvalidOperationException($"{Name} has no client-request.json");

    public byte[]? UpstreamRequest => Bytes("upstream-request.json");

    public byte[]? UpstreamResponse => Bytes("upstream-response.json");

    public byte[]? UpstreamStream => Bytes("upstream-stream.sse");

    public byte[]? ClientResponse => Bytes("client-response.json");

    public byte[]? ClientStream => Bytes("client-stream.sse");

    public string? Report => File.Exists(PathOf("report.txt")) ? File.ReadAllText(PathOf("report.txt")).Trim() : null;

    public GoldenError? Error => Bytes("error.json") is { } json ? GoldenError.Read(json) : null;

    /// <summary>What the client asked for; a body that is no JSON is refused before anyone asks.</summary>
    public bool Streaming => JsonElement.Parse(ClientRequest).TryGetProperty("stream", out JsonElement stream) && stream.ValueKind == JsonValueKind.True;

    /// <summary>The upstream's connection breaks instead of ending.</summary>
    public bool Reset => Target("reset").ValueKind == JsonValueKind.True;

    /// <summary>All cases of one direction, by folder name. Builds leave empty folders behind where cases were renamed.</summary>
    public static IEnumerable<GoldenCase> All(string direction) =>
        Directory.EnumerateDirectories(Path.Combine(AppContext.BaseDirectory, "Golden", direction))
            .Where(folder => Directory.EnumerateFiles(folder).Any())
            .Order(StringComparer.Ordinal)
            .Select(folder => new GoldenCase(folder));

    public static GoldenCase Of(string direction, string name) =>
        new(Path.Combine(AppContext.BaseDirectory, "Golden", direction, name));

    /// <summary>Where the request goes: target.json names provider and model, profile.json the flags that differ.</summary>
    public ChatUpstream ReadTarget()
    {
        string? named = Target("upstreamModel").ValueKind == JsonValueKind.String ? Target("upstreamModel").GetString() : null;
        Profile profile = named is null ? Profile.Default : ModelFamilies.ProfileOf(named);
        return new ChatUpstream("my-alias", Target("provider") is { ValueKind: JsonValueKind.String } provider ? provider.GetString()! : "mock", named ?? "gpt-4o", Flags().Aggregate(profile, Set))
        {
            RejectedParameters = [.. List("rejected")],
            SessionId = Target("session").ValueKind == JsonValueKind.String ? Target("session").GetString() : null,
        };
    }

    /// <summary>A target for tests that make their requests themselves.</summary>
    public static ChatUpstream TargetOf(Profile profile) => new("my-alias", "mock", "gpt-4o", profile);

    private static Profile Set(Profile profile, (string Name, string[] Values) flag) =>
        ProfileFlags.TrySet(profile, flag.Name, flag.Values) ?? throw new InvalidOperationException($"bad flag {flag.Name}");

    private IEnumerable<(string Name, string[] Values)> Flags()
    {
        if (Bytes("profile.json") is not { } json)
        {
            yield break;
        }

        foreach (JsonProperty flag in JsonElement.Parse(json).EnumerateObject())
        {
            yield return (flag.Name, flag.Value.ValueKind == JsonValueKind.Array
                ? [.. flag.Value.EnumerateArray().Select(v => v.ToString())]
                : [flag.Value.ToString()]);
        }
    }

    private IEnumerable<string> List(string name) =>
        Target(name).ValueKind == JsonValueKind.Array ? Target(name).EnumerateArray().Select(v => v.ToString()) : [];

    private JsonElement Target(string name) =>
        Bytes("target.json") is { } json && JsonElement.Parse(json).TryGetProperty(name, out JsonElement value) ? value : default;

    private byte[]? Bytes(string file) => File.Exists(PathOf(file)) ? File.ReadAllBytes(PathOf(file)) : null;

    private string PathOf(string file) => Path.Combine(folder, file);
}
