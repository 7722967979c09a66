using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;

namespace Gateway.Translation.SameForm;

/// <summary>What a server of Anthropic's form does not know of tools.</summary>
/// <param name="Types">Tools of these types go; behind <c>=</c> is the type that they become instead. A <c>*</c> at the end stands for any text.</param>
/// <param name="Members">Members of tools that go.</param>
internal sealed record ToolRules(IReadOnlyList<string> Types, IReadOnlyList<string> Members)
{
    /// <summary>Of the tools that the client runs, the model knows nothing by their type: they are declared like all others.</summary>
    public bool SpellsOut { get; init; }

    /// <summary>Null when the type may stay; empty when the tool goes; else the type that it becomes.</summary>
    public string? FateOf(string type)
    {
        foreach (string rule in Types)
        {
            (string pattern, string becomes) = rule.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (rule[..at], rule[(at + 1)..]) : (rule, "");
            if (type != becomes && (pattern.EndsWith('*') ? type.StartsWith(pattern[..^1], StringComparison.Ordinal) : type == pattern))
            {
                return becomes;
            }
        }

        return null;
    }
}

/// <summary>Fits the tools of a body to what their server knows.</summary>
internal static class ToolFit
{
    private const string Tools = "tools";
    private const string Choice = "tool_choice";

    /// <summary>The error is for a client that demands a tool which cannot be offered.</summary>
    public static GatewayError? Apply(RelayDraft draft, ToolRules rules)
    {
        if (draft.Find(Tools) is not { } tools)
        {
            return null;
        }

        List<(int Start, int End, bool Remove)> all = [];
        List<string> gone = [];
        JsonItems items = new(tools.Value(draft.Body));
        while (items.MoveNext())
        {
            int start = tools.Start + items.Start;
            ReadOnlySpan<byte> said = JsonFields.FindByName(items.Value, "type"u8);
            string type = JsonRaw.IsText(said) ? JsonRaw.Decode(said) : "";
            string? fate = rules.FateOf(type);
            all.Add((start, start + items.Value.Length, fate is ""));
            if (fate is "")
            {
                gone.Add(JsonRaw.Decode(JsonFields.FindByName(items.Value, "name"u8)));
                draft.Report.Dropped($"{Tools}.{type}");
            }
        }

        if (all.Count > 0 && all.TrueForAll(tool => tool.Remove))
        {
            draft.Remove(Tools);
            draft.Remove(Choice);
            return null;
        }

        ListRemoval.Apply(all, draft.Edits);
        foreach ((int start, int end, _) in all.Where(tool => !tool.Remove))
        {
            FitTool(draft, rules, start, end);
        }

        ReadOnlySpan<byte> choice = draft.Value(Choice);
        return choice is [(byte)'{', ..] && JsonFields.FindByName(choice, "name"u8) is { IsEmpty: false } name && JsonRaw.Decode(name) is var forced && gone.Contains(forced)
            ? GatewayError.InvalidRequest($"tool_choice.name: Tool '{forced}' cannot be used with this model")
            : null;
    }

    private static void FitTool(RelayDraft draft, ToolRules rules, int start, int end)
    {
        ReadOnlySpan<byte> tool = draft.Body[start..end];
        ReadOnlySpan<byte> said = JsonFields.FindByName(tool, "type"u8);
        string type = JsonRaw.IsText(said) ? JsonRaw.Decode(said) : "";
        if (rules.SpellsOut && ClientRunTools.IsKnown(type))
        {
            draft.Edits.Replace(start, end - start, SpellOut(tool, type));
            draft.Report.Changed($"{Tools}.type", type, "custom");
            return;
        }

        // Several members of one tool go in one step, so that no two edits tear at one comma.
        List<(int Start, int End, bool Remove)> members = [];
        JsonFields fields = new(tool);
        while (fields.MoveNext())
        {
            string name = JsonUnescape.ToText(fields.Name);
            bool remove = rules.Members.Contains(name);
            members.Add((start + fields.NameStart, start + fields.Start + fields.Value.Length, remove));
            if (remove)
            {
                draft.Report.Dropped($"{Tools}.{name}");
            }
            else if (name == "type" && rules.FateOf(type) is { Length: > 0 } becomes)
            {
                draft.Edits.Replace(start + fields.Start, fields.Value.Length, SameFormRequest.Quote(becomes));
                draft.Report.Changed($"{Tools}.type", type, becomes);
            }
        }

        if (members.Exists(member => member.Remove) && !members.TrueForAll(member => member.Remove))
        {
            ListRemoval.Apply(members, draft.Edits);
        }
    }

    private static byte[] SpellOut(ReadOnlySpan<byte> tool, string type)
    {
        using JsonDocument said = JsonDocument.Parse(tool.ToArray(), JsonFormat.DocumentOptions);
        using MemoryStream written = new();
        using (Utf8JsonWriter json = new(written, JsonFormat.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, said.RootElement.Text("name"u8) ?? ClientRunTools.DefaultName(type));
            ClientRunTools.Write(json, type, said.RootElement, "input_schema"u8);
            if (said.RootElement.Member("cache_control"u8) is { ValueKind: JsonValueKind.Object } mark)
            {
                json.WritePropertyName("cache_control"u8);
                mark.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return written.ToArray();
    }
}
