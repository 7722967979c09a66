using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.ChatToMessages;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.ChatToMessages;

/// <summary>
/// One folder of <c>Golden/ChatToMessages</c>: what goes over the four wires, one file each. <c>profile.json</c> holds
/// profile flags, <c>error.json</c> status and body of a refusal, <c>report.txt</c> what the translation reports.
/// </summary>
public sealed class ChatGolden(string name)
{
    public const long Created = 1700000000;

    private static string Root => Path.Combine(AppContext.BaseDirectory, "Golden", "ChatToMessages");

    public static IEnumerable<string> Names => Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public static IEnumerable<string> StreamNames => Names.Where(name => new ChatGolden(name).Has("upstream-stream.sse"));

    public bool Has(string file) => File.Exists(PathOf(file));

    public byte[] Read(string file) => File.ReadAllBytes(PathOf(file));

    public Profile Profile
    {
        get
        {
            Profile profile = Profile.Default;
            if (!Has("profile.json"))
            {
                return profile;
            }

            using JsonDocument flags = JsonDocument.Parse(Read("profile.json"));
            foreach (JsonProperty flag in flags.RootElement.EnumerateObject())
            {
                profile = ProfileFlags.TrySet(profile, flag.Name, [flag.Value.ToString()]) ?? throw new InvalidDataException(flag.Name);
            }

            return profile;
        }
    }

    public string UpstreamModel
    {
        get
        {
            if (!Has("upstream-request.json"))
            {
                return "claude-sonnet-4-5";
            }

            using JsonDocument body = JsonDocument.Parse(Read("upstream-request.json"));
            return body.RootElement.GetProperty("model").GetString()!;
        }
    }

    /// <summary>Translates the request; the error is the parser's or the writer's.</summary>
    public GatewayError? WriteRequest(TranslationReport report, IBufferWriter<byte> output) => WriteRequest(Read("client-request.json"), report, output);

    public GatewayError? WriteRequest(byte[] body, TranslationReport report, IBufferWriter<byte> output)
    {
        if (!ChatRequest.TryParse(body, out ChatRequest? request, out GatewayError? error))
        {
            return error;
        }

        using (request)
        {
            return MessagesRequestWriter.Write(request, UpstreamModel, Profile, report, output);
        }
    }

    public MessagesAnswerTranslator NewTranslator()
    {
        Assert.True(ChatRequest.TryParse(Read("client-request.json"), out ChatRequest? request, out _));
        using (request)
        {
            return new MessagesAnswerTranslator(request.AnswerContextFor(UpstreamModel, Profile, "chatcmpl-fallback", Created));
        }
    }

    /// <summary>Compares bytes; on a mismatch the actual ones stay beside the expected ones.</summary>
    public void Expect(string file, ReadOnlySpan<byte> actual)
    {
        bool json = file.EndsWith(".json", StringComparison.Ordinal);
        string expected = Has(file) ? Encoding.UTF8.GetString(json ? Compact(Read(file)) : Read(file)) : "";
        string got = Encoding.UTF8.GetString(json ? Compact(actual) : actual);
        if (expected != got)
        {
            File.WriteAllBytes(PathOf(file + ".actual"), actual);
        }

        Assert.Equal(expected, got);
    }

    /// <summary>Files may be laid out for people; what counts is tokens and their order.</summary>
    private static byte[] Compact(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte> output = new();
        JsonRaw.WriteCompact(json, output);
        return output.WrittenSpan.ToArray();
    }

    private string PathOf(string file) => Path.Combine(Root, name, file);
}
