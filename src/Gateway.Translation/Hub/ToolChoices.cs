using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// The kinds of <c>tool_choice</c>, as upstreams refuse them: one takes a named tool and not "some tool", another nothing
/// but its default. A kind that was refused is left out of requests under these names, and nothing else is.
/// </summary>
internal static class ToolChoices
{
    public const string Auto = "tool_choice:auto";
    public const string None = "tool_choice:none";
    public const string Required = "tool_choice:required";
    public const string Named = "tool_choice:named";
    public const string Allowed = "tool_choice:allowed_tools";

    /// <summary>The kind of a value of either API; null for what neither knows.</summary>
    public static string? NameOf(ReadOnlySpan<byte> choice) =>
        KindOf(JsonRaw.IsText(choice) ? choice : JsonFields.FindByName(choice, "type"u8));

    private static string? KindOf(ReadOnlySpan<byte> word) => JsonRaw.Decode(word) switch
    {
        "auto" => Auto,
        "none" => None,
        "required" or "any" => Required,
        "function" or "custom" or "tool" => Named,
        "allowed_tools" => Allowed,
        _ => null,
    };
}
