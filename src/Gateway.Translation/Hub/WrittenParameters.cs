using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>What a body says at the top level: only what it holds can be left out, or lowered, when an upstream refuses it.</summary>
public sealed class WrittenParameters(ReadOnlyMemory<byte> body)
{
    public static readonly WrittenParameters None = new(default);

    public bool Has(string name) => name switch
    {
        // Marks of prompt caches are inside messages and tools.
        "cache_control" or "prompt_cache_breakpoint" => HasAnywhere(name),
        ForeignSignatures.Parameter => HasAnywhere("signature") || HasAnywhere("thought_signature") || HasAnywhere("encrypted_content") || HasAnywhere("tool_calls") || body.Span.IndexOf("\"redacted_thinking\""u8) >= 0 || body.Span.IndexOf("\"reasoning.encrypted\""u8) >= 0,
        _ when name.StartsWith("tools.", StringComparison.Ordinal) => HasAnywhere(name["tools.".Length..]),
        _ when name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 =>
            !JsonFields.FindByName(Find(name[..dot]), Encoding.UTF8.GetBytes(name[(dot + 1)..])).IsEmpty,
        _ => !Find(name).IsEmpty,
    };

    /// <summary>The output limit, under whichever name; the larger one where both are there.</summary>
    public long? MaxTokens
    {
        get
        {
            bool one = TokenUsage.TryCount(Find("max_completion_tokens"), out long newer);
            bool other = TokenUsage.TryCount(Find("max_tokens"), out long older);
            return one && other ? Math.Max(newer, older) : one ? newer : other ? older
                : TokenUsage.TryCount(Find("max_output_tokens"), out long ofResponses) ? ofResponses : null;
        }
    }

    /// <summary>Which choice of tools was asked for, of either API, as <see cref="ToolChoices"/> names it; null for none.</summary>
    public string? ToolChoice => ToolChoices.NameOf(Find("tool_choice"));

    private bool HasAnywhere(string name)
    {
        ReadOnlySpan<byte> quoted = Encoding.UTF8.GetBytes($"\"{name}\"");
        for (int at = 0; body.Span[at..].IndexOf(quoted) is var found && found >= 0;)
        {
            at += found + quoted.Length;
            if (body.Span[at..].TrimStart(" \t\r\n"u8) is [(byte)':', ..])
            {
                return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<byte> Find(string name) => JsonFields.FindByName(body.Span, Encoding.UTF8.GetBytes(name));
}
