using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub;

namespace Gateway.Tests.Faults;

/// <summary>What a client sees, in a word of the table.</summary>
/// <param name="Word">The word.</param>
/// <param name="Mistake">What is ill-formed; null when all is well.</param>
internal sealed record ClientView(string Word, string? Mistake = null)
{
    /// <summary>Nobody is left who would go on reading.</summary>
    public const string Left = "-";

    /// <summary>So much of one answer is enough to see that it does not end.</summary>
    private const int Enough = 6 * 1024 * 1024;

    /// <summary>The error that its words stand for, as in the usage row; null for an answer that is whole or goes on.</summary>
    public string? Error { get; private init; }

    public static async Task<ClientView> ReadAsync(FaultCell cell, HttpResponseMessage response, bool otherText)
    {
        using MemoryStream kept = new();
        bool cut = false;
        bool goesOn = false;
        try
        {
            await using Stream body = await response.Content.ReadAsStreamAsync();
            byte[] buffer = new byte[64 * 1024];
            int read;
            while (!goesOn && (read = await body.ReadAsync(buffer)) > 0)
            {
                kept.Write(buffer, 0, read);
                goesOn = kept.Length > Enough;
            }
        }
        catch (IOException)
        {
            cut = true;
        }

        string text = Encoding.UTF8.GetString(kept.ToArray());
        bool second = response.Headers.TryGetValues("x-gateway-upstream", out IEnumerable<string>? by) && by.Single().StartsWith("good", StringComparison.Ordinal);
        ClientView view = goesOn ? new ClientView("goes on")
            : (int)response.StatusCode != 200 ? OfError(cell, (int)response.StatusCode, text)
            : response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? OfStream(cell, text, cut, otherText)
            : cut ? new ClientView("cut")
            : OfWhole(cell, text, otherText);
        return view with { Word = view.Word + (second ? " (2nd)" : "") + (cut && view.Word != "cut" ? ", cut" : "") };
    }

    /// <summary>The statuses of the Messages API: OpenAI's clients know neither 402 nor 529.</summary>
    private static ClientView OfError(FaultCell cell, int status, string text)
    {
        if (Parse(text) is not { ValueKind: JsonValueKind.Object } root || Member(root, "error") is not { ValueKind: JsonValueKind.Object } error
            || TextOf(error, "type") is not { Length: > 0 } type || TextOf(error, "message") is not { Length: > 0 })
        {
            return new ClientView(status.ToString(System.Globalization.CultureInfo.InvariantCulture), $"no error in the form of its API: {Short(text)}");
        }

        string? mistake = cell.Client == ApiForm.Messages && (TextOf(root, "type") != "error" || TextOf(root, "request_id") is null) ? $"no type or request_id: {Short(text)}" : null;
        int said = (status, TextOf(error, "code")) switch
        {
            (503, "overloaded") => 529,
            (429, "insufficient_quota") => 402,
            _ => status,
        };
        return new ClientView($"{said}", mistake) { Error = type };
    }

    private static ClientView OfWhole(FaultCell cell, string text, bool otherText)
    {
        if (Parse(text) is not { ValueKind: JsonValueKind.Object } root)
        {
            return new ClientView("200", $"no JSON: {Short(text)}");
        }

        (string? said, string? finish) = cell.Client switch
        {
            ApiForm.Chat => (TextOf(Member(First(root, "choices"), "message"), "content"), TextOf(First(root, "choices"), "finish_reason")),
            ApiForm.Responses => (TextOf(First(First(root, "output"), "content"), "text"), TextOf(root, "status")),
            _ => (TextOf(First(root, "content"), "text"), TextOf(root, "stop_reason")),
        };

        return finish is null ? new ClientView("200", $"an answer without an end: {Short(text)}")
            : otherText || said == GoodAnswers.Text ? new ClientView("whole")
            : new ClientView("200", $"another text: {Short(text)}");
    }

    private static ClientView OfStream(FaultCell cell, string text, bool cut, bool otherText)
    {
        StringBuilder said = new();
        string? ended = null;
        string? error = null;
        foreach (string line in text.Split('\n').Where(line => line.StartsWith("data:", StringComparison.Ordinal)))
        {
            string data = line["data:".Length..].Trim();
            if (ended is not null)
            {
                return new ClientView("stream", $"bytes after the end: {Short(data)}");
            }

            if (cell.Client == ApiForm.Chat && data == "[DONE]")
            {
                ended = data;
                continue;
            }

            if (Parse(data) is not { ValueKind: JsonValueKind.Object } json)
            {
                return new ClientView("stream", $"an event that is no JSON: {Short(data)}");
            }

            if (Member(json, "error") is { ValueKind: JsonValueKind.Object } failed)
            {
                // One that speaks of the whole response follows it there.
                ended = cell.Client == ApiForm.Responses ? null : "error";
                error = TextOf(failed, "code") switch
                {
                    "overloaded" or "timeout" => TextOf(failed, "code") + "_error",
                    "rate_limit_exceeded" => "rate_limit_error",
                    "insufficient_quota" => "billing_error",
                    "invalid_prompt" => "invalid_request_error",

                    // For clients of Responses that is all that passes.
                    "server_error" => "api_error",
                    _ => TextOf(failed, "type") is "server_error" ? "api_error" : TextOf(failed, "type"),
                };
            }
            else if (cell.Client == ApiForm.Chat)
            {
                said.Append(TextOf(Member(First(json, "choices"), "delta"), "content"));
            }
            else if (cell.Client == ApiForm.Responses)
            {
                said.Append(TextOf(json, "delta"));
                ended = TextOf(json, "type") is "response.completed" or "response.incomplete" or "response.failed" ? "the end" : null;
            }
            else
            {
                said.Append(TextOf(Member(json, "delta"), "text"));
                ended = TextOf(json, "type") == "message_stop" ? "message_stop" : null;
            }
        }

        bool fits = otherText || (error is null ? said.ToString() == GoodAnswers.Text : GoodAnswers.Text.StartsWith(said.ToString(), StringComparison.Ordinal));
        return ended is null ? new ClientView(cut ? "cut" : "half", cut ? null : $"the clean end of half an answer: {Short(text)}")
            : !fits ? new ClientView("stream", $"another text: {said}")
            : error is null ? new ClientView("whole")
            : new ClientView($"error event ({error.Replace("_error", "", StringComparison.Ordinal)})") { Error = error };
    }

    private static JsonElement? Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out JsonElement value) ? value : null;

    private static JsonElement? First(JsonElement? json, string list) =>
        Member(json, list) is { ValueKind: JsonValueKind.Array } items && items.GetArrayLength() > 0 ? items[0] : null;

    private static string? TextOf(JsonElement? json, string name) => Member(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static string Short(string text) => text.Length > 300 ? text[..300] + "..." : text;
}
