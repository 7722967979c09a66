using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.MessagesToChat;

/// <summary>The tools of a request as function declarations, and which of them were dropped.</summary>
internal sealed class ChatTools(ChatDraft draft)
{
    private readonly HashSet<string> _kept = [];
    private readonly HashSet<string> _offered = [];

    /// <summary>Those that go along, under their names upstream.</summary>
    public IReadOnlySet<string> Offered => _offered;

    public bool Any => _kept.Count > 0;

    /// <summary>The request carries Anthropic's own web search.</summary>
    public bool WebSearch { get; private set; }

    public bool Has(string name) => _kept.Contains(name);

    /// <summary>Writes <c>tools</c>, unless nothing is left of them: upstreams refuse an empty list.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="only">If given, the one tool that goes along, for upstreams that cannot be told to use it.</param>
    public void Write(Utf8JsonWriter json, string? only)
    {
        if (ChatToolChoice.LeavesNone(draft))
        {
            draft.Report.Dropped("tool_choice");
            draft.Report.Dropped("tools");
            return;
        }

        // Who cannot be told which tools may be called does not get to see the others.
        IReadOnlySet<string>? allowed = ChatToolChoice.SaysAllowed(draft) ? null : draft.Extras.AllowedTools;
        List<(JsonElement Tool, string Path)> tools = [];
        foreach ((JsonElement tool, string path) in EffectiveTools.Of(draft))
        {
            if ((only is null || tool.Text("name"u8) == only) && (allowed is null || allowed.Contains(tool.Text("name"u8) ?? "")) && IsCallable(tool, path))
            {
                tools.Add((tool, path));
            }
        }

        IReadOnlyList<RequestExtras.OtherTool> others = draft.Profile.OpenAiFields && !draft.IsResponses && only is null && allowed is null ? draft.Extras.OtherTools : [];
        if (others.Count < draft.Extras.OtherTools.Count)
        {
            draft.Report.Dropped("tool_type");
        }

        DeferredTools.KeepAway(tools, others.Count, draft);
        bool search = draft.IsResponses && WebSearch && draft.Profile.WebSearch;
        if (tools.Count + others.Count == 0 && !search)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach ((JsonElement tool, string path) in tools)
        {
            WriteTool(json, tool, path);
        }

        foreach (RequestExtras.OtherTool other in others)
        {
            json.WriteRaw(other.Declaration);
        }

        if (search)
        {
            FlatTools.WriteSearch(json, draft);
        }

        json.WriteEndArray();
    }

    private bool IsCallable(JsonElement tool, string path)
    {
        string type = tool.Text("type"u8) ?? "custom";
        if (type is "custom" || ClientRunTools.IsKnown(type))
        {
            return type != "custom" || IsCallableCustom(tool, path);
        }

        bool search = type.StartsWith("web_search", StringComparison.Ordinal);
        WebSearch |= search;
        if (!search || !draft.Profile.WebSearch)
        {
            draft.Report.Dropped($"tool:{Clip(type)}");
        }

        return false;
    }

    private bool IsCallableCustom(JsonElement tool, string path)
    {
        if (tool.Text("name"u8) is not { Length: > 0 } name)
        {
            draft.Fail($"{path}.name", "Field required");
            return false;
        }

        JsonElement callers = tool.Member("allowed_callers"u8);
        if (callers.ValueKind == JsonValueKind.Array && !callers.EnumerateArray().Any(c => c.Is("direct"u8)))
        {
            // Only Anthropic's own code execution may call it.
            draft.Report.Dropped($"tool:{Clip(name)}");
            return false;
        }

        // Claude Code sends it so that the list of deferred tools is never empty.
        if (name == "DeferredToolPlaceholder" && tool.IsTrue("defer_loading"u8))
        {
            return false;
        }

        JsonElement schema = tool.Member("input_schema"u8);
        if (schema.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            draft.Fail($"{path}.input_schema", "Input should be an object");
        }

        return true;
    }

    private void WriteTool(Utf8JsonWriter json, JsonElement tool, string path)
    {
        string? type = tool.Text("type"u8);
        string? name = tool.Text("name"u8) ?? (type is null ? null : ClientRunTools.DefaultName(type));
        if (name is null)
        {
            draft.Fail($"{path}.name", "Field required");
            return;
        }

        if (!_kept.Add(name))
        {
            draft.Fail($"{path}.name", $"Tool names must be unique; '{name}' is there twice");
        }

        bool custom = draft.SaysCustom(name);
        string upstream = draft.ToolNames.ToUpstream(name);
        _offered.Add(upstream);
        json.WriteStartObject();
        json.WriteString("type"u8, custom ? "custom"u8 : "function"u8);
        if (!draft.IsResponses)
        {
            json.WriteStartObject(custom ? "custom"u8 : "function"u8);
        }

        json.WriteString("name"u8, upstream);
        if (custom && draft.IsResponses)
        {
            FlatTools.WriteCustom(json, draft.Extras.Custom(name));
        }
        else if (custom)
        {
            WriteOwn(json, draft.Extras.Custom(name));
        }
        else if (type is not null && ClientRunTools.IsKnown(type))
        {
            ClientRunTools.Write(json, type, tool, "parameters"u8);
            WriteLax(json);
        }
        else
        {
            WriteCustom(json, tool);
        }

        if (!draft.IsResponses)
        {
            json.WriteEndObject();
        }

        if (draft.Profile.PromptCache == PromptCache.CacheControl)
        {
            CacheMark.Take(tool, draft)?.Write(json);
        }

        json.WriteEndObject();
    }

    /// <summary>The client's own declaration of a tool that takes text, grammar and all.</summary>
    private static void WriteOwn(Utf8JsonWriter json, JsonElement declaration)
    {
        foreach (JsonProperty member in declaration.EnumerateObject())
        {
            if (!member.NameEquals("name"u8) && !member.NameEquals("cache_control"u8))
            {
                json.WritePropertyName(member.Name);
                json.WriteRaw(member.Value);
            }
        }
    }

    private void WriteCustom(Utf8JsonWriter json, JsonElement tool)
    {
        WriteDescription(json, tool);
        JsonElement schema = tool.Member("input_schema"u8);
        json.WritePropertyName("parameters"u8);
        SchemaWriter.WriteParameters(json, schema, draft.Profile.SchemaDialect, draft.Report);
        if (draft.Extras.FromOpenAi && tool.Member("strict"u8) is { ValueKind: JsonValueKind.True or JsonValueKind.False } said)
        {
            WriteStrict(json, said.GetBoolean());
        }
        else if (tool.IsTrue("strict"u8))
        {
            // Anthropic's strict is laxer than OpenAI's: only a schema that both accept may claim it.
            if (StrictSchema.IsLegal(schema))
            {
                WriteStrict(json, strict: true);
            }
            else
            {
                draft.Report.Dropped("strict");
                WriteLax(json);
            }
        }
        else
        {
            WriteLax(json);
        }
    }

    /// <summary>A Responses server that is told nothing is strict, and then optional arguments come filled.</summary>
    private void WriteLax(Utf8JsonWriter json)
    {
        if (draft.IsResponses && draft.Target.Accepts("tools.strict"))
        {
            json.WriteBoolean("strict"u8, false);
        }
    }

    private void WriteStrict(Utf8JsonWriter json, bool strict)
    {
        if (draft.Profile.SchemaDialect is SchemaDialect.OpenAi or SchemaDialect.Any)
        {
            json.WriteBoolean("strict"u8, strict);
        }
        else
        {
            draft.Report.Dropped("strict");
        }
    }

    private void WriteDescription(Utf8JsonWriter json, JsonElement tool)
    {
        JsonElement description = tool.Member("description"u8);
        JsonElement examples = tool.Member("input_examples"u8);
        bool hasExamples = examples.ValueKind == JsonValueKind.Array && examples.GetArrayLength() > 0;
        if (!draft.Target.Accepts(RejectedParameters.ToolDescription) && description.AsText() is { } text && (hasExamples || text.Length > OpenAiLimits.ToolDescription))
        {
            draft.Report.Changed(RejectedParameters.ToolDescription);
            json.WriteString("description"u8, Shorten(text));
            return;
        }

        if (!hasExamples)
        {
            if (description.ValueKind == JsonValueKind.String && !description.IsEmptyText())
            {
                json.WritePropertyName("description"u8);
                json.WriteRaw(description);
            }

            return;
        }

        int start = draft.Scratch.Length;
        draft.Scratch.AppendText(description);
        draft.Scratch.Append(draft.Scratch.Length > start ? "\\n\\nExamples of input:"u8 : "Examples of input:"u8);
        foreach (JsonElement example in examples.EnumerateArray())
        {
            draft.Scratch.Append("\\n"u8);
            draft.Scratch.AppendJson(example);
        }

        json.WritePropertyName("description"u8);
        new EscapedText(draft.Scratch, start).WriteTo(json);
    }

    public static string Shorten(string text)
    {
        const string Rest = "...";
        int kept = OpenAiLimits.ToolDescription - Rest.Length;
        return text.Length <= OpenAiLimits.ToolDescription ? text : text[..(char.IsHighSurrogate(text[kept - 1]) ? kept - 1 : kept)] + Rest;
    }

    private static string Clip(string name) =>
        new([.. name.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_')]);
}
