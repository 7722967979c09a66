using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Anthropic;

/// <summary>The text of system prompts and of system messages inside the conversation.</summary>
internal static class SystemText
{
    /// <summary>
    /// Appends the texts to the scratch buffer, a blank line between them. The block that Claude Code puts in front for
    /// Anthropic's billing is left out: it differs from prompt to prompt and so defeats the upstream's prefix cache.
    /// </summary>
    public static void Append(JsonElement content, RequestScope scope, string path)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            scope.Scratch.AppendText(content);
            return;
        }

        if (content.ValueKind is not (JsonValueKind.Array or JsonValueKind.Undefined))
        {
            scope.Fail(path, "Input should be a string or an array of text blocks");
            return;
        }

        int start = scope.Scratch.Length;
        int index = 0;
        foreach (JsonElement block in content.Items())
        {
            if (block.Member("type"u8).Is("tool_addition"u8) || block.Member("type"u8).Is("tool_removal"u8))
            {
                // Acts on the list of tools (EffectiveTools), not on the conversation.
                index++;
                continue;
            }

            JsonElement text = block.Member("text"u8);
            if (text.ValueKind != JsonValueKind.String)
            {
                scope.Fail($"{path}.{index}", "Only text blocks are supported here");
                return;
            }

            ReadOnlySpan<byte> raw = JsonFormat.RawText(text);
            if (!raw.IsEmpty && !raw.StartsWith("x-anthropic-billing-header:"u8))
            {
                scope.Scratch.Append(scope.Scratch.Length > start ? "\\n\\n"u8 : []);
                scope.Scratch.Append(raw);
            }

            index++;
        }
    }
}
