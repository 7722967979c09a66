using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Anthropic;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Anthropic;

public sealed class AnswerGoldenTests
{
    public static TheoryData<string> Cases => [.. AnswerGolden.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_are_as_recorded(string name)
    {
        AnswerGolden golden = new(name);
        if (golden.Has("upstream-error.json"))
        {
            golden.Expect("client-error.json", ErrorFile(UpstreamError(golden)));
            return;
        }

        using ChatAnswerTranslator translator = golden.NewTranslator();
        ArrayBufferWriter<byte> client = new();
        if (golden.Has("upstream-stream.sse"))
        {
            translator.Read(golden.Read("upstream-stream.sse"), client);
            translator.End(clean: !golden.Broken, client);
        }
        else
        {
            translator.ReadWhole(golden.Read("upstream-response.json"), client);
        }

        Assert.Equal(client.WrittenCount > 0, translator.Started);
        if (!translator.Started)
        {
            golden.Expect("client-error.json", ErrorFile(translator.Error!));
        }
        else if (golden.Streaming)
        {
            Assert.Equal(translator.Error is null ? StreamEnd.Complete : StreamEnd.Error, MessageStream.Check(client.WrittenSpan));
            golden.Expect("client-stream.sse", client.WrittenSpan);
        }
        else
        {
            golden.Expect("client-response.json", client.WrittenSpan);
        }
    }

    private static GatewayError UpstreamError(AnswerGolden golden)
    {
        using JsonDocument upstream = JsonDocument.Parse(golden.Read("upstream-error.json"));
        JsonElement root = upstream.RootElement;
        JsonElement body = root.GetProperty("body");
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText());
        return UpstreamErrors.FromResponse(
            root.GetProperty("status").GetInt32(),
            header => root.TryGetProperty("headers", out JsonElement headers) && headers.TryGetProperty(header, out JsonElement value) ? value.GetString() : null,
            bytes,
            golden.Profile.ClientCredential);
    }

    /// <summary>The error as the HTTP layer sends it: status, the headers that steer a retry, and the body.</summary>
    private static byte[] ErrorFile(GatewayError error)
    {
        ArrayBufferWriter<byte> body = new();
        ErrorBody.WriteAnthropic(error, null, body);
        JsonObject headers = [];
        Add(headers, "retry-after", error.RetryAfter);
        Add(headers, "retry-after-ms", error.RetryAfterMs);
        Add(headers, "x-should-retry", error.ShouldRetry?.ToString().ToLowerInvariant());
        JsonObject file = new() { ["status"] = error.Status };
        if (headers.Count > 0)
        {
            file["headers"] = headers;
        }

        file["body"] = JsonNode.Parse(body.WrittenSpan);
        return System.Text.Encoding.UTF8.GetBytes(file.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    private static void Add(JsonObject headers, string name, string? value)
    {
        if (value is not null)
        {
            headers[name] = value;
        }
    }
}
