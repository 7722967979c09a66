using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;

namespace Gateway.Translation.Tests.Golden;

/// <summary>
/// error.json: the client's error, by its status and either the <c>body</c> that goes over the wire or its single parts.
/// A <c>message</c> that ends in "*" is a beginning. Where the upstream refused, <c>upstream</c> says how.
/// </summary>
internal static class GoldenError
{
    /// <summary>What the gateway makes of the upstream's refusal.</summary>
    public static GatewayError FromUpstream(GoldenCase golden, JsonElement upstream)
    {
        JsonElement body = upstream.GetProperty("body");

        // A string is a body that is no JSON.
        byte[] bytes = Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText());
        return UpstreamErrors.FromResponse(upstream.GetProperty("status").GetInt32(), Header, bytes, GoldenTarget.ProfileOf(golden).ClientCredential);

        string? Header(string name) => upstream.TryGetProperty("headers", out JsonElement headers) ? Text(headers, name) : null;
    }

    /// <summary>Both have an error or neither has, and all that error.json says of it holds.</summary>
    public static void Expect(GoldenCase golden, GatewayError? actual)
    {
        if (golden.ClientError is not { } client)
        {
            if (actual is not null)
            {
                GoldenFiles.Keep(golden, "error.json", Encoding.UTF8.GetBytes($"{{\n  \"status\": {Status(golden.Set.Client, actual)},\n  \"body\": {Body(golden.Set.Client, actual)}\n}}\n"));
            }

            Assert.Null(actual?.Message);
            return;
        }

        Assert.NotNull(actual);
        Assert.Equal(client.GetProperty("status").GetInt32(), Status(golden.Set.Client, actual));
        if (client.TryGetProperty("body", out JsonElement body))
        {
            Assert.Equal(GoldenFiles.Compact(Encoding.UTF8.GetBytes(body.GetRawText())), Body(golden.Set.Client, actual));
            return;
        }

        Assert.Equal(client.GetProperty("type").GetString(), ErrorBody.AnthropicType(actual.Type));
        if (Text(client, "message") is { } message)
        {
            Assert.Equal(message.TrimEnd('*'), message.EndsWith('*') ? actual.Message[..Math.Min(message.Length - 1, actual.Message.Length)] : actual.Message);
        }

        Assert.Equal(Text(client, "retryAfter"), actual.RetryAfter);
        Assert.Equal(Text(client, "retryAfterMs"), actual.RetryAfterMs);
        Assert.Equal(Text(client, "rejectedParameter"), actual.RejectedParameters is [{ } first, ..] ? first : null);
        if (client.TryGetProperty("shouldRetry", out JsonElement retry))
        {
            Assert.Equal(retry.GetBoolean(), actual.ShouldRetry);
        }
    }

    private static int Status(ApiForm client, GatewayError error) => client == ApiForm.Messages ? error.Status : ErrorBody.OpenAiStatus(error);

    private static string Body(ApiForm client, GatewayError error)
    {
        ArrayBufferWriter<byte> body = new();
        if (client != ApiForm.Messages)
        {
            ErrorBody.WriteOpenAi(error, body);
        }
        else
        {
            ErrorBody.WriteAnthropic(error, GoldenExchange.RequestId, body);
        }

        return Encoding.UTF8.GetString(body.WrittenSpan);
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
