using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub.Requests;

namespace Gateway.Translation.Chat;

/// <summary>What Chat calls the knobs that Messages has no word for.</summary>
internal static class ChatKnobs
{
    /// <summary>Fields that the hub's request says itself, so that they are no extras.</summary>
    private static readonly string[] s_said =
    [
        "model", "messages", "stream", "max_tokens", "max_completion_tokens", "tools", "functions", "tool_choice", "function_call",
        "reasoning_effort", "temperature", "top_p", "top_k", "stop", "cache_control", "system", "instructions",
    ];

    private static readonly Dictionary<Knob, string> s_names = new()
    {
        [Knob.Audio] = "audio",
        [Knob.FrequencyPenalty] = "frequency_penalty",
        [Knob.LogitBias] = "logit_bias",
        [Knob.Logprobs] = "logprobs",
        [Knob.Metadata] = "metadata",
        [Knob.Modalities] = "modalities",
        [Knob.N] = "n",
        [Knob.ParallelToolCalls] = "parallel_tool_calls",
        [Knob.Prediction] = "prediction",
        [Knob.PresencePenalty] = "presence_penalty",
        [Knob.PromptCacheKey] = "prompt_cache_key",
        [Knob.PromptCacheRetention] = "prompt_cache_retention",
        [Knob.ResponseFormat] = "response_format",
        [Knob.SafetyIdentifier] = "safety_identifier",
        [Knob.Seed] = "seed",
        [Knob.ServiceTier] = "service_tier",
        [Knob.Store] = "store",
        [Knob.StreamOptions] = "stream_options",
        [Knob.TopLogprobs] = "top_logprobs",
        [Knob.User] = "user",
        [Knob.Verbosity] = "verbosity",
        [Knob.WebSearchOptions] = "web_search_options",
    };

    private static readonly (byte[] Utf8, string Name, Knob? Knob)[] s_known =
    [
        .. s_said.Select(name => (Encoding.UTF8.GetBytes(name), name, (Knob?)null)),
        .. s_names.Select(entry => (Encoding.UTF8.GetBytes(entry.Value), entry.Value, (Knob?)entry.Key)),
    ];

    public static string NameOf(Knob knob) => s_names[knob];

    /// <summary>Collects the fields of a Chat body that the hub's request does not say itself; null counts as absent.</summary>
    /// <param name="body">A JSON object.</param>
    /// <param name="mostUnknown">Of fields without a meaning here no more are collected.</param>
    public static List<RequestExtras.Entry> Read(JsonElement body, int mostUnknown)
    {
        List<RequestExtras.Entry> entries = [];
        foreach (JsonProperty field in body.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            ReadOnlySpan<byte> raw = JsonMarshal.GetRawUtf8PropertyName(field);
            int at = IndexOf(raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(field.Name) : raw);
            if (at < 0 && mostUnknown-- > 0)
            {
                entries.Add(new RequestExtras.Entry(Knob.Other, field.Name, field.Value));
            }
            else if (at >= 0 && s_known[at].Knob is { } knob)
            {
                Set(entries, new RequestExtras.Entry(knob, s_known[at].Name, field.Value));
            }
        }

        return entries;
    }

    /// <summary>As everywhere, the last one of a name counts.</summary>
    private static void Set(List<RequestExtras.Entry> entries, RequestExtras.Entry entry)
    {
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Knob == entry.Knob)
            {
                entries[i] = entry;
                return;
            }
        }

        entries.Add(entry);
    }

    private static int IndexOf(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < s_known.Length; i++)
        {
            if (name.SequenceEqual(s_known[i].Utf8))
            {
                return i;
            }
        }

        return -1;
    }
}
