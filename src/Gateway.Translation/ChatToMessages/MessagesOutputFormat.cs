using System.Text.Json;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.ChatToMessages;

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
internal readonly record struct MessagesOutputFormat(OutputFormatKind Kind, JsonElement Schema)
{
    public const string ToolName = ClientTools.JsonName;

    public static MessagesOutputFormat Of(JsonElement body, string upstreamModel, Profile profile)
    {
        JsonElement format = body.Member("response_format"u8);
        JsonElement schema = format.Member("json_schema"u8).Member("schema"u8);
        if (format.Member("type"u8).Is("json_schema"u8) && schema.IsObject())
        {
            return new MessagesOutputFormat(KindFor(body, schema, upstreamModel, profile), schema);
        }

        bool wantsJson = format.Member("type"u8).Is("json_object"u8) || format.Member("type"u8).Is("json_schema"u8);
        return new MessagesOutputFormat(wantsJson ? OutputFormatKind.Instruction : OutputFormatKind.None, default);
    }

    public string InstructionText() => Schema.IsObject() ? InsertedText.JsonSchema(Schema.RawString()) : InsertedText.JsonObject;

    private static OutputFormatKind KindFor(JsonElement body, JsonElement schema, string upstreamModel, Profile profile)
    {
        if (profile.JsonSchema && ClaudeModel.Of(upstreamModel, profile).TakesJsonSchema)
        {
            // The format cannot refer back to itself; a described schema is better than none.
            return StructuredSchema.IsRecursive(schema) ? OutputFormatKind.Instruction : OutputFormatKind.Format;
        }

        // Forcing a tool of ours would keep the model from ever calling the client's.
        bool hasTools = body.Member("tools"u8).Items().Any() || body.Member("functions"u8).Items().Any();
        return hasTools ? OutputFormatKind.Instruction : OutputFormatKind.ForcedTool;
    }
}
