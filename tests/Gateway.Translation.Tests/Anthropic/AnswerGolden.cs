using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Tests.Anthropic;

/// <summary>
/// One folder of <c>Golden/MessagesToChatAnswers</c>: an upstream's answer and what the client gets, byte for byte.
/// <c>client-request.json</c> holds fields added to a minimal request, <c>profile.json</c> profile flags. The client
/// asks for a stream when the upstream sends one, unless the request says otherwise.
/// </summary>
public sealed class AnswerGolden(string name)
{
    public const string MessageId = "msg_golden";

    private static string Root => Path.Combine(AppContext.BaseDirectory, "Golden", "MessagesToChatAnswers");

    /// <summary>Builds leave empty folders behind where cases were renamed.</summary>
    public static IEnumerable<string> Names => Directory.GetDirectories(Root).Where(path => Directory.GetFiles(path).Length > 0).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    /// <summary>Cases in which both sides are streams.</summary>
    public static IEnumerable<string> StreamNames => Names.Where(name => new AnswerGolden(name) is var golden && golden.Has("upstream-stream.sse") && golden.Streaming);

    public static IEnumerable<string> CompleteNames => Names.Where(name => new AnswerGolden(name) is var golden && golden.Has("client-stream.sse")
        && MessageStream.Check(golden.Read("client-stream.sse")) == StreamEnd.Complete);

    private readonly Lazy<ChatExchange> _exchange = new(() => new AnswerGolden(name).Exchange());
    private readonly Lazy<bool> _streaming = new(() => new AnswerGolden(name) is var golden && (golden.Request()["stream"]?.GetValue<bool>() ?? golden.Has("upstream-stream.sse")));

    public bool Streaming => _streaming.Value;

    /// <summary>The connection breaks after the last byte.</summary>
    public bool Broken => Has("upstream-broken.txt");

    public Profile Profile
    {
        get
        {
            Profile profile = Profile.Default;
            JsonNode flags = Has("profile.json") ? JsonNode.Parse(Read("profile.json"))! : new JsonObject();
            foreach (KeyValuePair<string, JsonNode?> flag in flags.AsObject())
            {
                profile = ProfileFlags.TrySet(profile, flag.Key, [flag.Value!.ToString()]) ?? throw new InvalidDataException(flag.Key);
            }

            return profile;
        }
    }

    public bool Has(string file) => File.Exists(PathOf(file));

    public byte[] Read(string file) => File.ReadAllBytes(PathOf(file));

    public ChatAnswerTranslator NewTranslator() => new(_exchange.Value, MessageId, Streaming);

    private ChatExchange Exchange()
    {
        JsonObject body = new() { ["model"] = "gpt-4o", ["max_tokens"] = 1024, ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "hi" }) };
        foreach (KeyValuePair<string, JsonNode?> field in Request())
        {
            body[field.Key] = field.Value?.DeepClone();
        }

        using MessagesRequest request = MessagesRequest.TryParse(Encoding.UTF8.GetBytes(body.ToJsonString()), counting: false, out GatewayError? error)
            ?? throw new InvalidDataException(error!.Message);
        ChatTarget target = new("gpt-4o", "mock", "upstream-model", Profile);
        Assert.Null(ChatRequestWriter.TryWrite(request, target, new ArrayBufferWriter<byte>(), out ChatExchange? exchange));
        return exchange! with { EstimatedInputTokens = 42 };
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

    private JsonObject Request() => Has("client-request.json") ? JsonNode.Parse(Read("client-request.json"))!.AsObject() : [];

    private static byte[] Compact(ReadOnlySpan<byte> json)
    {
        ArrayBufferWriter<byte> output = new();
        JsonRaw.WriteCompact(json, output);
        return output.WrittenSpan.ToArray();
    }

    private string PathOf(string file) => Path.Combine(Root, name, file);
}
