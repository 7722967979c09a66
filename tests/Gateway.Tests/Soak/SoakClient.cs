using System.Text.Json;

namespace Gateway.Tests.Soak;

/// <summary>One of many clients: asks, reads, judges, and sometimes leaves.</summary>
internal sealed class SoakClient(int seed, string key)
{
    private readonly Random _random = new(seed);

    public async Task<SoakAnswer> AskAsync(SoakInstance instance)
    {
        bool chat = _random.Next(2) == 0;
        bool streamed = _random.Next(100) < 85;
        int? leaveAfter = _random.Next(100) < 10 ? _random.Next(20) : null;
        string body = $$"""{"model":"m","max_tokens":200,"stream":{{(streamed ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""";
        string? id = null;
        try
        {
            using HttpResponseMessage response = await instance.Process.SendAsync(HttpMethod.Post, chat ? "/v1/chat/completions" : "/v1/messages", body, default, ("x-api-key", key));
            id = Header(response, "x-request-id") ?? Header(response, "request-id");
            await using Stream answer = await response.Content.ReadAsStreamAsync();
            return (int)response.StatusCode != 200 ? Error(instance, id, await ReadAsync(answer))
                : streamed ? await StreamAsync(instance, id, answer, chat, leaveAfter)
                : Whole(instance, id, await ReadAsync(answer), chat);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new SoakAnswer(instance, id, id is null ? SoakEnding.Nobody : SoakEnding.Cut, 0, e.ToString());
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;

    private static async Task<string> ReadAsync(Stream answer)
    {
        using StreamReader reader = new(answer);
        return await reader.ReadToEndAsync();
    }

    private static SoakAnswer Error(SoakInstance instance, string? id, string text)
    {
        bool well = JsonElement.Parse(text).TryGetProperty("error", out JsonElement error) && error.GetProperty("message").GetString() is { Length: > 0 };
        return new SoakAnswer(instance, id, well ? SoakEnding.Error : SoakEnding.IllFormed, 0, text);
    }

    private static SoakAnswer Whole(SoakInstance instance, string? id, string text, bool chat)
    {
        JsonElement root = JsonElement.Parse(text);
        string said = chat
            ? root.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!
            : root.GetProperty("content")[0].GetProperty("text").GetString()!;
        return Judge(instance, id, said, text);
    }

    private static SoakAnswer Judge(SoakInstance instance, string? id, string said, string text) =>
        new(instance, id, said.EndsWith('.') ? SoakEnding.Whole : SoakEnding.IllFormed, said.Count(letter => letter == 'w'), text);

    private static async Task<SoakAnswer> StreamAsync(SoakInstance instance, string? id, Stream answer, bool chat, int? leaveAfter)
    {
        using StreamReader reader = new(answer);
        string said = "";
        string last = "";
        bool failed = false;
        bool ended = false;
        try
        {
            for (int line = 0; await reader.ReadLineAsync() is { } text; line++)
            {
                if (line == leaveAfter * 3)
                {
                    return new SoakAnswer(instance, id, SoakEnding.Left, 0);
                }

                if (!text.StartsWith("data: ", StringComparison.Ordinal))
                {
                    continue;
                }

                last = text["data: ".Length..];
                ended |= last == "[DONE]";
                if (ended)
                {
                    continue;
                }

                JsonElement data = JsonElement.Parse(last);
                failed |= data.TryGetProperty("error", out _);
                ended |= !chat && data.GetProperty("type").GetString() == "message_stop";
                said += chat ? Content(data) : Text(data);
            }
        }
        catch (IOException) when (failed)
        {
            // Said, and then cut: the gateway stops.
        }

        return failed ? new SoakAnswer(instance, id, ended ? SoakEnding.IllFormed : SoakEnding.Error, 0, last)
            : ended ? Judge(instance, id, said, last)
            : new SoakAnswer(instance, id, SoakEnding.IllFormed, 0, last);
    }

    private static string? Content(JsonElement chunk) =>
        chunk.TryGetProperty("choices", out JsonElement choices) && choices.GetArrayLength() > 0
        && choices[0].GetProperty("delta").TryGetProperty("content", out JsonElement content) ? content.GetString() : null;

    private static string? Text(JsonElement data) =>
        data.TryGetProperty("delta", out JsonElement delta) && delta.TryGetProperty("text", out JsonElement text) ? text.GetString() : null;
}
