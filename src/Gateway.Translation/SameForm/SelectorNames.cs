using System.Collections.Frozen;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>What a top-level field of a relayed request is to the gateway.</summary>
internal enum FieldKind
{
    /// <summary>The client's and the upstream's business.</summary>
    Other,

    /// <summary>The gateway has read it, so it may be there only once, and only as it is spelled.</summary>
    Single,

    /// <summary>Chooses a model, provider, key or address beside <c>model</c>.</summary>
    Selector,
}

/// <summary>
/// Knows fields in every spelling that some server takes for them: any case, with escapes, camelCase or with dashes.
/// </summary>
internal static class SelectorNames
{
    public const int Longest = 40;

    private static readonly string[] s_single =
    [
        "model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "max_output_tokens", "n", "best_of", "thinking",
        "tools", "tool_choice", "metadata", "service_tier",
        "input", "include", "store", "background", "previous_response_id", "conversation", "prompt",
    ];

    /// <summary>
    /// OpenRouter, LiteLLM (whose clients may also set what a token costs), Vercel, Portkey, vLLM, SGLang, Dynamo, llama.cpp,
    /// LM Studio, TGI, Together, Groq, Cohere, watsonx, Azure OpenAI (whose data_sources are read with the gateway's
    /// identity) and Anthropic's fallbacks.
    /// </summary>
    private static readonly string[] s_selectors =
    [
        "models", "model_name", "model_id", "model_list", "model_group", "model_info", "model_alias_map", "engine", "deployment", "deployment_id", "specific_deployment",
        "route", "router", "routing", "router_settings", "router_settings_override", "targets", "strategy", "tags", "preset", "plugins", "debug", "gateway",
        "provider", "providers", "provider_options", "custom_llm_provider", "fallback", "fallbacks", "fallback_model", "fallback_models",
        "fallback_credit_token", "context_window_fallbacks", "context_window_fallback_dict", "content_policy_fallbacks",
        "extra_body", "extra_headers", "extra_query", "headers", "proxy_server_request", "user_config", "user_api_key", "secret_fields", "mock_response", "mock_tool_calls",
        "base_model", "input_cost_per_token", "output_cost_per_token", "input_cost_per_second", "output_cost_per_second", "custom_pricing",
        "guardrails", "disable_global_guardrails", "no_log", "callbacks", "success_callback", "failure_callback",
        "api_key", "api_token", "api_base", "api_version", "api_type", "base_url", "endpoint", "organization", "credentials", "virtual_key",
        "region", "region_name", "location", "project", "project_id", "space_id", "organization_id",
        "speed", "draft_model", "speculative_model", "safety_model", "compound_custom", "requesty",
        "lora", "lora_path", "lora_request", "lora_config", "adapter", "adapter_id", "adapter_source", "adapters",
        "kv_transfer_params", "vllm_xargs", "nvext", "connectors", "routed_dp_rank", "disagg_prefill_dp_rank", "bootstrap_host", "bootstrap_port", "bootstrap_room", "data_parallel_rank", "id_slot", "slot_id", "data_sources",
    ];

    /// <summary>Families of fields that name accounts and addresses.</summary>
    private static readonly string[] s_prefixes = ["litellm", "aws", "amazonbedrock", "vertex", "azure", "speculative"];

    private static readonly FrozenDictionary<string, (FieldKind Kind, string Name)> s_names =
        s_single.Select(name => (FieldKind.Single, name)).Concat(s_selectors.Select(name => (FieldKind.Selector, name)))
            .ToFrozenDictionary(entry => entry.name.Replace("_", "", StringComparison.Ordinal), entry => (entry.Item1, entry.name), StringComparer.Ordinal);

    /// <param name="escaped">The name as it stands in the body.</param>
    /// <param name="name">The usual spelling, fit for a report; null for other fields.</param>
    public static FieldKind KindOf(ReadOnlySpan<byte> escaped, out string? name)
    {
        name = null;
        Span<char> buffer = stackalloc char[Longest];
        ReadOnlySpan<char> folded = Fold(escaped, buffer);
        if (s_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(folded, out (FieldKind Kind, string Name) known))
        {
            name = known.Name;
            return known.Kind;
        }

        foreach (string prefix in s_prefixes)
        {
            if (folded.StartsWith(prefix, StringComparison.Ordinal))
            {
                name = prefix + "_*";
                return FieldKind.Selector;
            }
        }

        return FieldKind.Other;
    }

    /// <summary>Whether a member of a tool names a model.</summary>
    public static bool IsModel(ReadOnlySpan<byte> escaped)
    {
        KindOf(escaped, out string? name);
        return name is "model" or "models" or "model_name" or "model_id";
    }

    public static bool IsType(ReadOnlySpan<byte> escaped) => Fold(escaped, stackalloc char[Longest]) is "type";

    /// <summary>Lower case without separators. Go's servers also take the long s and the Kelvin sign for letters.</summary>
    public static ReadOnlySpan<char> Fold(ReadOnlySpan<byte> escaped, Span<char> buffer)
    {
        int length = 0;
        foreach (char c in JsonUnescape.ToText(escaped[..Math.Min(escaped.Length, 6 * Longest)]))
        {
            char letter = c switch { 'ſ' => 's', '\u212A' => 'k', _ => char.ToLowerInvariant(c) };
            if (!char.IsLetterOrDigit(letter))
            {
                continue;
            }

            if (length == buffer.Length)
            {
                break;
            }

            buffer[length++] = letter;
        }

        return buffer[..length];
    }
}
