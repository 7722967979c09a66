using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Calls and results of tools that Anthropic's servers ran. Chat Completions has no place for them, so their facts go
/// on as short text: otherwise the model forgets its sources.
/// </summary>
internal static class HistoryText
{
    private const int MaxInputBytes = 2000;

    public static bool IsCall(string type) => type is "server_tool_use" or "mcp_tool_use";

    /// <summary>Appends the block's text. False when the type is not known.</summary>
    public static bool TryAppend(JsonElement block, ChatDraft draft)
    {
        JsonElement content = block.Member("content"u8);
        switch (block.Text("type"u8))
        {
            case "server_tool_use" or "mcp_tool_use":
                AppendCall(block, draft);
                return true;
            case "web_search_tool_result":
                AppendSearch(content, draft);
                return true;
            case "web_fetch_tool_result":
                AppendFetch(content, draft);
                return true;
            case "code_execution_tool_result" or "bash_code_execution_tool_result" or "text_editor_code_execution_tool_result":
                AppendExecution(content, draft);
                return true;
            case "tool_search_tool_result":
                AppendReferences(content, draft);
                return true;
            case "tool_reference":
                draft.Scratch.Append("Tool loaded: "u8);
                draft.Scratch.AppendText(block.Member("tool_name"u8));
                return true;
            case "mcp_tool_result" or "compaction":
                draft.Scratch.Append(block.IsTrue("is_error"u8) ? "Error: "u8 : []);
                AppendTexts(content, draft);
                return true;
            case "image":
                // An assistant cannot have sent it, and Anthropic refuses it as well.
                draft.Report.Dropped("image");
                return true;
            case "fallback" or "advisor_tool_result":
                // Notes between Anthropic's own servers.
                return true;
            default:
                return false;
        }
    }

    private static void AppendCall(JsonElement block, ChatDraft draft)
    {
        draft.Scratch.Append("["u8);
        draft.Scratch.AppendText(block.Member("name"u8));
        JsonElement input = block.Member("input"u8);
        if (input.Member("query"u8) is { ValueKind: JsonValueKind.String } query)
        {
            draft.Scratch.Append(" \\\""u8);
            draft.Scratch.AppendText(query);
            draft.Scratch.Append("\\\""u8);
        }
        else if (input.ValueKind == JsonValueKind.Object && JsonFormat.Raw(input).Length is > 2 and <= MaxInputBytes)
        {
            draft.Scratch.Append(" "u8);
            draft.Scratch.AppendJson(input);
        }

        draft.Scratch.Append("]"u8);
    }

    private static void AppendSearch(JsonElement content, ChatDraft draft)
    {
        if (AppendError(content, draft))
        {
            return;
        }

        bool first = true;
        foreach (JsonElement result in content.Items())
        {
            draft.Scratch.Append(first ? "- "u8 : "\\n- "u8);
            draft.Scratch.AppendText(result.Member("title"u8));
            draft.Scratch.Append(": "u8);
            draft.Scratch.AppendText(result.Member("url"u8));
            first = false;
        }
    }

    private static void AppendFetch(JsonElement content, ChatDraft draft)
    {
        if (AppendError(content, draft))
        {
            return;
        }

        draft.Scratch.AppendText(content.Member("url"u8));
        draft.Scratch.Append("\\n"u8);
        DocumentText.TryAppend(content.Member("content"u8), "web_fetch_tool_result.content", draft);
    }

    private static void AppendExecution(JsonElement content, ChatDraft draft)
    {
        if (AppendError(content, draft))
        {
            return;
        }

        draft.Scratch.AppendText(content.Member("stdout"u8));
        if (content.Member("stderr"u8) is { ValueKind: JsonValueKind.String } stderr && !stderr.IsEmptyText())
        {
            draft.Scratch.Append("\\nstderr: "u8);
            draft.Scratch.AppendText(stderr);
        }

        if (content.Member("return_code"u8) is { ValueKind: JsonValueKind.Number } code)
        {
            draft.Scratch.Append("\\nreturn code "u8);
            draft.Scratch.Append(JsonFormat.Raw(code));
        }

        draft.Scratch.AppendText(content.Member("content"u8));
    }

    private static void AppendReferences(JsonElement content, ChatDraft draft)
    {
        if (AppendError(content, draft))
        {
            return;
        }

        bool first = true;
        foreach (JsonElement reference in content.Member("tool_references"u8).Items())
        {
            draft.Scratch.Append(first ? "Tool loaded: "u8 : "\\nTool loaded: "u8);
            draft.Scratch.AppendText(reference.Member("tool_name"u8));
            first = false;
        }
    }

    private static void AppendTexts(JsonElement content, ChatDraft draft)
    {
        draft.Scratch.AppendText(content);
        bool first = true;
        foreach (JsonElement block in content.Items())
        {
            draft.Scratch.Append(first ? [] : "\\n"u8);
            draft.Scratch.AppendText(block.Member("text"u8));
            first = false;
        }
    }

    private static bool AppendError(JsonElement content, ChatDraft draft)
    {
        if (content.Member("error_code"u8) is not { ValueKind: JsonValueKind.String } code)
        {
            return false;
        }

        draft.Scratch.Append("(failed: "u8);
        draft.Scratch.AppendText(code);
        draft.Scratch.Append(")"u8);
        return true;
    }
}
