using System.Text;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>What the gateway itself put into a body at the top level: only that may it leave out when an upstream refuses it.</summary>
public sealed class WrittenParameters(ReadOnlyMemory<byte> body)
{
    /// <summary>The client's own bytes: nothing in them is the gateway's to change.</summary>
    public static readonly WrittenParameters None = new(default);

    public bool Has(string name) => !Find(name).IsEmpty;

    /// <summary>The output limit, under whichever name.</summary>
    public long? MaxTokens =>
        TokenUsage.TryCount(Find("max_completion_tokens"), out long tokens) || TokenUsage.TryCount(Find("max_tokens"), out tokens) ? tokens : null;

    /// <summary>Marks of prompt caches are inside messages and tools.</summary>
    public bool HasAnywhere(string name) => body.Span.IndexOf(Encoding.UTF8.GetBytes($"\"{name}\":")) >= 0;

    private ReadOnlySpan<byte> Find(string name) => JsonFields.Find(body.Span, Encoding.UTF8.GetBytes(name));
}
