using System.Text.Json;
using Gateway.Translation.Errors;

namespace Gateway.Translation.Tests.Golden;

/// <summary>error.json: what the upstream answered (absent when the gateway refuses by itself), and what the client gets.</summary>
internal sealed record GoldenError(int? UpstreamStatus, JsonElement UpstreamHeaders, byte[] UpstreamBody, JsonElement Client)
{
    public static GoldenError Read(byte[] json)
    {
        JsonElement root = JsonElement.Parse(json);
        if (!root.TryGetProperty("upstream", out JsonElement upstream))
        {
            return new GoldenError(null, default, [], root.GetProperty("client"));
        }

        JsonElement body = upstream.GetProperty("body");
        return new GoldenError(
            upstream.GetProperty("status").GetInt32(),
            upstream.TryGetProperty("headers", out JsonElement headers) ? headers : default,
            // A string is a body that is no JSON.
            System.Text.Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText()),
            root.GetProperty("client"));
    }

    public string? Header(string name) =>
        UpstreamHeaders.ValueKind == JsonValueKind.Object && UpstreamHeaders.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>Everything that error.json says about the client's error must hold; a message ending in "*" is a beginning.</summary>
    public void AssertMatches(GatewayError? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(Client.GetProperty("status").GetInt32(), actual.Status);
        Assert.Equal(Client.GetProperty("type").GetString(), ErrorBody.AnthropicType(actual.Type));
        if (Text("message") is { } message)
        {
            Assert.Equal(message.TrimEnd('*'), message.EndsWith('*') ? actual.Message[..Math.Min(message.Length - 1, actual.Message.Length)] : actual.Message);
        }

        Assert.Equal(Text("retryAfter"), actual.RetryAfter);
        Assert.Equal(Text("retryAfterMs"), actual.RetryAfterMs);
        Assert.Equal(Text("rejectedParameter"), actual.RejectedParameter);
        if (Client.TryGetProperty("shouldRetry", out JsonElement retry))
        {
            Assert.Equal(retry.GetBoolean(), actual.ShouldRetry);
        }
    }

    private string? Text(string name) => Client.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
}
