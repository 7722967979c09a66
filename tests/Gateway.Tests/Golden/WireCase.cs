using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Golden;

/// <summary>One golden folder of the translation's tests, as a request over HTTP: what each side sends, and what the other must get.</summary>
internal sealed partial class WireCase
{
    public const string UpstreamKey = "sk-upstream-secret";

    private static readonly string s_root = typeof(WireCase).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(each => each.Key == "GoldenFolder").Value!;

    private readonly string _folder;

    private WireCase(string folder, int number)
    {
        _folder = folder;
        Name = $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(folder)}";
        FromChat = Name.StartsWith("ChatToMessages/", StringComparison.Ordinal);
        Model = $"golden-{number}";

        // Signatures name the provider that they were made for. Everyone else has its own, so that nothing is learned from others.
        bool signed = !FromChat && Directory.EnumerateFiles(folder).Any(file => File.ReadAllText(file).Contains("gwy1.", StringComparison.Ordinal));
        Provider = Target("provider").GetString() ?? (signed ? "mock" : $"mock-{number}");
    }

    public string Name { get; }

    /// <summary>A chat client and an Anthropic upstream; else the other way round.</summary>
    public bool FromChat { get; }

    /// <summary>What the client asks for.</summary>
    public string Model { get; }

    public string Provider { get; }

    /// <summary>Null unless the case needs what one request over HTTP cannot have.</summary>
    public string? WhyNotOverHttp => Target("rejected").ValueKind == JsonValueKind.Array ? "an earlier refusal taught the gateway" : null;

    public string UpstreamModel => Target("upstreamModel").GetString()
        ?? (FromChat && UpstreamRequest is { } body ? JsonElement.Parse(body).GetProperty("model").GetString()! : FromChat ? "claude-sonnet-4-5" : "gpt-4o");

    public JsonElement? Profile => Bytes("profile.json") is { } json ? JsonElement.Parse(json) : null;

    public string? Session => Target("session").GetString();

    /// <summary>The upstream's connection breaks instead of ending.</summary>
    public bool Reset => Target("reset").ValueKind == JsonValueKind.True;

    public byte[]? UpstreamRequest => Bytes("upstream-request.json");

    public byte[]? UpstreamResponse => Bytes("upstream-response.json");

    public byte[]? UpstreamStream => Bytes("upstream-stream.sse");

    public byte[]? ClientResponse => Bytes("client-response.json");

    public byte[]? ClientStream => Bytes("client-stream.sse");

    public string? Report => Bytes("report.txt") is { } text ? Encoding.UTF8.GetString(text).Trim() : null;

    public JsonElement? Error => Bytes("error.json") is { } json ? JsonElement.Parse(json) : null;

    /// <summary>The client's bytes with the case's own model in them; nothing else is touched.</summary>
    public byte[] ClientRequest => Encoding.Latin1.GetBytes(ModelMember().Replace(Encoding.Latin1.GetString(Bytes("client-request.json")!), $"\"model\": \"{Model}\"", 1));

    public static IReadOnlyList<WireCase> All { get; } =
    [
        .. Directory.EnumerateDirectories(s_root).SelectMany(Directory.EnumerateDirectories)
            .Where(folder => Directory.EnumerateFiles(folder).Any())
            .Order(StringComparer.Ordinal)
            .Select((folder, number) => new WireCase(folder, number)),
    ];

    /// <summary>The gateway's settings for all cases, as a file: the environment could not say an empty list.</summary>
    public static string Configuration(string upstream)
    {
        Dictionary<string, object> providers = [];
        foreach (WireCase each in All)
        {
            providers[each.Provider] = new { Kind = each.FromChat ? "anthropic" : "openai", BaseUrl = upstream + (each.FromChat ? "" : "/v1"), ApiKey = UpstreamKey };
        }

        object[] models = [.. All.Select(each => new { Id = each.Model, Targets = (string[])[$"{each.Provider}/{each.UpstreamModel}"], Profile = each.Profile ?? JsonElement.Parse("{}") })];
        return JsonSerializer.Serialize(new { Gateway = new { Providers = providers, Models = models } });
    }

    private JsonElement Target(string name) =>
        Bytes("target.json") is { } json && JsonElement.Parse(json).TryGetProperty(name, out JsonElement value) ? value : JsonElement.Parse("null");

    private byte[]? Bytes(string file) => Path.Combine(_folder, file) is { } path && File.Exists(path) ? File.ReadAllBytes(path) : null;

    [GeneratedRegex("\"model\"\\s*:\\s*\"(my-alias|claude-alias|my-claude|m)\"")]
    private static partial Regex ModelMember();
}
