using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// Tools that Anthropic defines and the client runs. Declared as plain functions with the parameters that clients
/// expect, they work with any model.
/// </summary>
internal static class ClientRunTools
{
    private static readonly byte[] s_bash = """
        {"type":"object","properties":{"command":{"type":"string"},"restart":{"type":"boolean"}}}
        """u8.ToArray();

    private static readonly byte[] s_editor = """
        {"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert"]},"path":{"type":"string"},"file_text":{"type":"string"},"old_str":{"type":"string"},"new_str":{"type":"string"},"insert_line":{"type":"integer"},"insert_text":{"type":"string"},"view_range":{"type":"array","items":{"type":"integer"}}},"required":["command","path"]}
        """u8.ToArray();

    private static readonly byte[] s_editorWithUndo = """
        {"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert","undo_edit"]},"path":{"type":"string"},"file_text":{"type":"string"},"old_str":{"type":"string"},"new_str":{"type":"string"},"insert_line":{"type":"integer"},"view_range":{"type":"array","items":{"type":"integer"}}},"required":["command","path"]}
        """u8.ToArray();

    private static readonly byte[] s_memory = """
        {"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert","delete","rename"]},"path":{"type":"string"},"view_range":{"type":"array","items":{"type":"integer"}},"file_text":{"type":"string"},"old_str":{"type":"string"},"new_str":{"type":"string"},"insert_line":{"type":"integer"},"insert_text":{"type":"string"},"old_path":{"type":"string"},"new_path":{"type":"string"}},"required":["command"]}
        """u8.ToArray();

    private static readonly byte[] s_computer = """
        {"type":"object","properties":{"action":{"type":"string","enum":["key","type","mouse_move","left_click","left_click_drag","right_click","middle_click","double_click","triple_click","left_mouse_down","left_mouse_up","scroll","hold_key","wait","screenshot","cursor_position","zoom"]},"coordinate":{"type":"array","items":{"type":"integer"}},"start_coordinate":{"type":"array","items":{"type":"integer"}},"text":{"type":"string"},"scroll_direction":{"type":"string","enum":["up","down","left","right"]},"scroll_amount":{"type":"integer"},"duration":{"type":"number"},"region":{"type":"array","items":{"type":"integer"}}},"required":["action"]}
        """u8.ToArray();

    public static bool IsKnown(string type) => DefaultName(type) is not null;

    /// <summary>The name that the tool's version is known by; a request may leave it out.</summary>
    public static string? DefaultName(string type) =>
        type.StartsWith("bash_", StringComparison.Ordinal) ? "bash"
        : type.StartsWith("memory_", StringComparison.Ordinal) ? "memory"
        : type.StartsWith("computer_2", StringComparison.Ordinal) ? "computer"
        : !type.StartsWith("text_editor_", StringComparison.Ordinal) ? null
        : HasUndo(type) ? "str_replace_editor"
        : "str_replace_based_edit_tool";

    /// <summary>Writes description and parameters.</summary>
    public static void Write(Utf8JsonWriter json, string type, JsonElement tool, ReadOnlySpan<byte> schema)
    {
        (string description, byte[] parameters) = DefaultName(type) switch
        {
            "bash" => ("Runs a command in a persistent bash session and returns its output. Set restart to true, without a command, to start a new session.", s_bash),
            "memory" => ("Stores and reads notes in files under /memories that last beyond this conversation. Look there before you start.", s_memory),
            "computer" => ($"Uses a computer with mouse, keyboard and screenshots. {Display(tool)}Take a screenshot first; coordinates are pixels from the top left corner.", s_computer),
            "str_replace_editor" => ("Views, creates and edits text files. str_replace needs an old_str that occurs exactly once; insert puts new_str after insert_line; undo_edit takes back the last edit.", s_editorWithUndo),
            _ => ("Views, creates and edits text files. str_replace needs an old_str that occurs exactly once; insert puts insert_text after insert_line.", s_editor),
        };
        json.WriteString("description"u8, description);
        json.WritePropertyName(schema);
        json.WriteRawValue(parameters, skipInputValidation: true);
    }

    private static bool HasUndo(string type) => type is "text_editor_20241022" or "text_editor_20250124";

    private static string Display(JsonElement tool) =>
        tool.Member("display_width_px"u8) is { ValueKind: JsonValueKind.Number } width
        && tool.Member("display_height_px"u8) is { ValueKind: JsonValueKind.Number } height
            ? $"The display is {width.GetRawText()} x {height.GetRawText()} pixels. "
            : "";
}
