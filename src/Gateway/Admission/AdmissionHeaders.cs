using System.Globalization;
using Gateway.Translation.Hub;
using Microsoft.AspNetCore.Http;

namespace Gateway.Admission;

/// <summary>How far limits are used up, in the headers of the API that was called. They replace an upstream's.</summary>
internal static class AdmissionHeaders
{
    public static void Set(HttpResponse response, ApiForm form, AdmissionResult admission)
    {
        foreach (RateStatus status in admission.Rates)
        {
            (string limit, string remaining, string reset)? names = (form, status.Of.Kind) switch
            {
                (_, RateKind.ConcurrentStreams) => null,
                (ApiForm.Messages, _) => Anthropic(AdmissionRefusal.NameOf(status.Of.Kind).Replace(' ', '-')),
                (_, RateKind.Requests) => OpenAi("requests"),
                (_, RateKind.InputTokens) => OpenAi("tokens"),
                _ => null,
            };
            if (names is { } header)
            {
                response.Headers[header.limit] = status.Of.Rate.Value.ToString(CultureInfo.InvariantCulture);
                response.Headers[header.remaining] = status.Remaining.ToString(CultureInfo.InvariantCulture);
                response.Headers[header.reset] = form == ApiForm.Messages
                    ? status.ResetsAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling((status.ResetsAt - status.Now).TotalSeconds):0}s");
            }
        }

        if (admission.Shadowed.Count > 0)
        {
            response.Headers["x-gateway-shadow-limits"] = string.Join(",", admission.Shadowed);
        }
    }

    private static (string, string, string) Anthropic(string kind) =>
        ($"anthropic-ratelimit-{kind}-limit", $"anthropic-ratelimit-{kind}-remaining", $"anthropic-ratelimit-{kind}-reset");

    private static (string, string, string) OpenAi(string kind) =>
        ($"x-ratelimit-limit-{kind}", $"x-ratelimit-remaining-{kind}", $"x-ratelimit-reset-{kind}");
}
