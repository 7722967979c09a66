using System.Buffers;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;
using Gateway.Translation.MessagesToChat;
using Gateway.Translation.Profiles;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.SameForm;

/// <summary>The functions of a relayed request: their schemas as the upstream's dialect has them, their descriptions as long as it takes.</summary>
internal static class ChatFunctionFit
{
    public static void Apply(RelayDraft draft)
    {
        // OpenAI's dialect is also that of servers of which nothing is known; OpenAI itself has limits that are.
        bool unknown = draft.Profile is { SchemaDialect: SchemaDialect.OpenAi, ToolIdFormat: not ToolIdFormat.OpenAi };
        bool schemas = !unknown && draft.Profile.SchemaDialect != SchemaDialect.Any;
        bool descriptions = !draft.Target.Accepts(RejectedParameters.ToolDescription);
        if ((!schemas && !descriptions) || draft.Find("tools") is not { } tools)
        {
            return;
        }

        JsonItems items = new(tools.Value(draft.Body));
        while (items.MoveNext())
        {
            JsonFields fields = new(items.Value);
            while (fields.MoveNext())
            {
                if (fields.NameIs("function"u8))
                {
                    FitFunction(draft, fields.Value, tools.Start + items.Start + fields.Start, schemas, descriptions);
                }
            }
        }
    }

    private static void FitFunction(RelayDraft draft, ReadOnlySpan<byte> function, int offset, bool schemas, bool descriptions)
    {
        JsonFields fields = new(function);
        while (fields.MoveNext())
        {
            if (schemas && fields.NameIs("parameters"u8) && fields.Value[0] == '{' && Rewritten(draft, fields.Value) is { } schema)
            {
                draft.Edits.Replace(offset + fields.Start, fields.Value.Length, schema);
                draft.Report.Changed("tools.parameters");
            }
            else if (descriptions && fields.NameIs("description"u8) && JsonRaw.Decode(fields.Value) is { Length: > OpenAiLimits.ToolDescription } text)
            {
                draft.Edits.Replace(offset + fields.Start, fields.Value.Length, SameFormRequest.Quote(ChatTools.Shorten(text)));
                draft.Report.Changed(RejectedParameters.ToolDescription);
            }
        }
    }

    /// <summary>Null when the schema says the same as before: then its bytes stay.</summary>
    private static byte[]? Rewritten(RelayDraft draft, ReadOnlySpan<byte> schema)
    {
        if (!JsonNames.AreReadable(schema))
        {
            // For the upstream to refuse.
            return null;
        }

        using JsonDocument before = JsonDocument.Parse(SurrogateHalves.ReplaceAlone(schema.ToArray()), JsonFormat.DocumentOptions);
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, JsonFormat.WriterOptions))
        {
            SchemaWriter.WriteParameters(json, before.RootElement, draft.Profile.SchemaDialect, draft.Report);
        }

        using JsonDocument after = JsonDocument.Parse(written.WrittenMemory, JsonFormat.DocumentOptions);
        return JsonElement.DeepEquals(before.RootElement, after.RootElement) ? null : written.WrittenSpan.ToArray();
    }
}
