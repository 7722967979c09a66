using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Translation.Json;

namespace Gateway.Translation.Errors;

/// <summary>
/// An error that says nothing but that the output limit was used up before there was any text, as OpenAI's reasoning
/// models have it. Anthropic's servers call that an answer.
/// </summary>
internal static partial class OutputLimit
{
    private static ReadOnlySpan<byte> Empty => """{"choices":[{"index":0,"message":{"role":"assistant","content":null},"finish_reason":"length"}]}"""u8;

    /// <summary>The answer as a chat completion; null when the body is another error.</summary>
    public static byte[]? ToCompletion(ReadOnlySpan<byte> body)
    {
        if (!JsonNames.AreReadable(body))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(body.ToArray(), JsonFormat.DocumentOptions);
            JsonElement error = document.RootElement.Member("error"u8);
            UpstreamErrorText text = UpstreamErrorText.Read(document.RootElement, body, new Redactor());

            // Groq says it of a JSON document that did not get ready.
            bool reached = IsReached(text.Message) || IsReached(error.Text("failed_generation"u8));
            return reached && !Billing.Is(text) && ContextOverflow.Find(400, text, null) is null ? Empty.ToArray() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsReached(string? message) => message is not null && Reached().IsMatch(message) && !Account().IsMatch(message);

    [GeneratedRegex(@"(?:max(?:imum)?[_ ](?:number of )?(?:completion[_ ]|output[_ ]|new[_ ]|generation[_ ])?tokens?|(?:output|completion)[_ ](?:tokens? )?(?:limit|budget)|output tokens?|token (?:limit|budget))\b[^.]{0,40}\b(?:reached|hit|used up|exhausted|ran out)"
        + @"|(?:reached|hit|ran out of|exhausted)\b[^.]{0,30}(?:max(?:imum)?[_ ](?:completion[_ ]|output[_ ]|new[_ ])?tokens?|output[_ ]?(?:token )?limit)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reached();

    /// <summary>Limits of an account, not of this answer.</summary>
    [GeneratedRegex(@"per (?:minute|second|hour|day|month)|daily|monthly|\brate\b|quota|\bplan\b|\bcontext\b|\bTPM\b", RegexOptions.IgnoreCase)]
    private static partial Regex Account();
}
