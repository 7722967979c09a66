using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>
/// One folder of <c>Golden/MessagesToChat/Requests</c>: the client's request and what becomes of it, the upstream's
/// request or <c>error.json</c>. <c>profile.json</c> holds profile flags, <c>report.txt</c> what the translation reports.
/// </summary>
public sealed class RequestGolden(string name)
{
    public const string UpstreamModel = "gpt-4o";

    private static string Root => Path.Combine(AppContext.BaseDirectory, "Golden", "MessagesToChat", "Requests");

    public static IEnumerable<string> Names => Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public byte[] ClientRequest => Read("client-request.json");

    public Profile Profile
    {
        get
        {
            Profile profile = Profile.Default;
            if (Has("profile.json"))
            {
                using JsonDocument flags = JsonDocument.Parse(Read("profile.json"));
                foreach (JsonProperty flag in flags.RootElement.EnumerateObject())
                {
                    string[] values = flag.Value.IsArray() ? [.. flag.Value.EnumerateArray().Select(v => v.ToString())] : [flag.Value.ToString()];
                    profile = ProfileFlags.TrySet(profile, flag.Name, values) ?? throw new InvalidDataException(flag.Name);
                }
            }

            return profile;
        }
    }

    public bool Has(string file) => File.Exists(Path.Combine(Root, name, file));

    public byte[] Read(string file) => File.ReadAllBytes(Path.Combine(Root, name, file));

    /// <summary>Translates a body as the gateway does; the error is the parser's or the writer's.</summary>
    public static GatewayError? Translate(byte[] body, ChatTarget target, IBufferWriter<byte> output, out ChatExchange? exchange)
    {
        exchange = null;
        using MessagesRequest? request = MessagesRequest.TryParse(body, counting: false, out GatewayError? error);
        return request is null ? error : ChatRequestWriter.TryWrite(request, target, output, out exchange);
    }

    public static ChatTarget TargetOf(Profile profile) => new("claude-alias", "golden", UpstreamModel, profile);

    /// <summary>Files are laid out for people; what counts is tokens and their order.</summary>
    public static string Compact(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte> output = new();
        JsonRaw.WriteCompact(json, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
