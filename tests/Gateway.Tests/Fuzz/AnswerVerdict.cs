using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Fuzz;

/// <summary>Judges what a client got: well formed, in the form of the API that was called, and no mistake of the gateway's own.</summary>
internal static class AnswerVerdict
{
    private const string OwnMistake = "The gateway made a mistake";

    /// <param name="path">What was called.</param>
    /// <param name="response">The answer; its body is read.</param>
    /// <param name="upstream">Whether the upstream behaves; one of the client's own form is relayed as it is, mistakes included.</param>
    /// <returns>Its kind, such as "400 invalid_request_error".</returns>
    public static async Task<string> KindAsync(string path, HttpResponseMessage response, Upstream upstream)
    {
        int status = (int)response.StatusCode;
        string body;
        try
        {
            body = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync());
        }
        catch (HttpRequestException) when (status == 200 && upstream != Upstream.Good)
        {
            return "200 cut";
        }

        Assert.DoesNotContain(OwnMistake, body, StringComparison.Ordinal);
        Assert.True(status < 500 || upstream != Upstream.Good, $"{status} {body}");
        if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
        {
            Assert.Equal(200, status);
            return "200 stream that ends in " + Last(body, upstream);
        }

        bool json = IsJson(body, out JsonElement answer);
        if (upstream == Upstream.RelayedMistakes && !(json && IsError(path, answer)))
        {
            return status < 400 ? "200 relayed" : "4xx or 5xx relayed";
        }

        Assert.True(json, body);
        Assert.True(status == 200 || IsError(path, answer), body);
        return status == 200 ? "200 whole" : $"{status} {answer.GetProperty("error").GetProperty("type").GetRawText()}";
    }

    /// <summary>An error says its type and a message, in the form of each API.</summary>
    private static bool IsError(string path, JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object
        && answer.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object
        && error.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String
        && error.TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.String && message.GetRawText() != "\"\""
        && (path.Contains("/chat/", StringComparison.Ordinal) || (answer.TryGetProperty("request_id", out JsonElement id) && id.GetRawText().StartsWith("\"req_", StringComparison.Ordinal)));

    /// <summary>Every event of a stream is JSON; the last one says how it ended.</summary>
    private static string Last(string body, Upstream upstream)
    {
        string last = "nothing";
        foreach (string line in body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)))
        {
            string data = line["data: ".Length..];
            bool json = IsJson(data, out JsonElement element);
            Assert.True(json || data == "[DONE]" || upstream == Upstream.RelayedMistakes, data);
            last = !json ? data == "[DONE]" ? data : "no JSON"
                : element.ValueKind != JsonValueKind.Object ? "no object"
                : element.TryGetProperty("type", out JsonElement type) ? type.GetRawText().Trim('"')
                : element.TryGetProperty("error", out _) ? "error" : "a chunk";
        }

        Assert.True(last is "message_stop" or "error" or "[DONE]" || upstream == Upstream.RelayedMistakes, $"The stream ends in {last}: {body}");
        return last;
    }

    private static bool IsJson(string text, out JsonElement json)
    {
        try
        {
            json = JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 });

            // Half a surrogate pair in a name throws when the name is compared.
            return json.ValueKind != JsonValueKind.Object || json.EnumerateObject().All(member => member.Name is not null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            json = default;
            return false;
        }
    }
}

/// <summary>What may be wrong with an answer without being the gateway's fault.</summary>
internal enum Upstream
{
    /// <summary>Nothing.</summary>
    Good,

    /// <summary>It may have failed.</summary>
    Bad,

    /// <summary>It may have failed, and what it says wrongly within its form is passed on.</summary>
    RelayedMistakes,
}
