using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.Claude;

internal enum OutputFormatKind
{
    None,

    /// <summary><c>output_config.format</c>.</summary>
    Format,

    /// <summary>A tool that must be called; its input becomes the content of the answer.</summary>
    ForcedTool,

    /// <summary>A sentence in the system prompt.</summary>
    Instruction,
}

/// <summary>How <c>response_format</c> is said to an Anthropic upstream. A function of the request and the model only.</summary>
internal readonly record struct ClaudeOutputFormat(OutputFormatKind Kind, JsonElement Schema)
{
    public const string ToolName = ClientTools.JsonName;

    /// <param name="format">Chat's <c>response_format</c>, or an undefined element.</param>
    /// <param name="hasTools">Whether the client declared tools.</param>
    /// <param name="upstreamModel">The model's name at the upstream.</param>
    /// <param name="profile">What the model accepts.</param>
    public static ClaudeOutputFormat Of(JsonElement format, bool hasTools, string upstreamModel, Profile profile)
    {
        JsonElement schema = format.Member("json_schema"u8).Member("schema"u8);
        if (format.Member("type"u8).Is("json_schema"u8) && schema.IsObject())
        {
            return new ClaudeOutputFormat(KindFor(hasTools, schema, upstreamModel, profile), schema);
        }

        bool wantsJson = format.Member("type"u8).Is("json_object"u8) || format.Member("type"u8).Is("json_schema"u8);
        return new ClaudeOutputFormat(wantsJson ? OutputFormatKind.Instruction : OutputFormatKind.None, default);
    }

    public string InstructionText() => Schema.IsObject() ? InsertedText.JsonSchema(Schema.RawString()) : InsertedText.JsonObject;

    /// <summary>Writes the tool that must be called.</summary>
    public void WriteTool(Utf8JsonWriter json, TranslationReport report)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, ToolName);
        json.WriteString("description"u8, "Gives the answer in the form that was asked for."u8);
        json.WritePropertyName("input_schema"u8);
        SchemaWriter.WriteClaude(json, Schema, report);
        json.WriteEndObject();
    }

    private static OutputFormatKind KindFor(bool hasTools, JsonElement schema, string upstreamModel, Profile profile)
    {
        if (profile.JsonSchema && ClaudeModel.Of(upstreamModel, profile).TakesJsonSchema)
        {
            // The format cannot refer back to itself; a described schema is better than none.
            return StructuredSchema.IsRecursive(schema) ? OutputFormatKind.Instruction : OutputFormatKind.Format;
        }

        // Forcing a tool of ours would keep the model from ever calling the client's.
        return hasTools ? OutputFormatKind.Instruction : OutputFormatKind.ForcedTool;
    }
}
