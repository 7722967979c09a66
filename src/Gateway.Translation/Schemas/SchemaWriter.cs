using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Schemas;

/// <summary>
/// Writes JSON schemas in the dialect of who reads them. Only what a server is known to refuse is rewritten; a schema
/// without it goes on byte for byte.
/// </summary>
internal static class SchemaWriter
{
    /// <summary>Writes the parameters of a function for a chat server: an object, whatever the client said.</summary>
    public static void WriteParameters(Utf8JsonWriter json, JsonElement schema, SchemaDialect dialect, TranslationReport report)
    {
        if (IsFramed(schema) && (dialect == SchemaDialect.Any || (dialect == SchemaDialect.OpenAi && OpenAiSchema.Takes(schema))))
        {
            json.WriteRaw(schema);
            return;
        }

        if (dialect == SchemaDialect.Any)
        {
            WriteFramed(json, schema);
            return;
        }

        JsonObject said = SoundSchema.Copy(schema);
        JsonObject result = dialect switch
        {
            SchemaDialect.Gemini => GeminiSchema.Parameters(said),
            SchemaDialect.Groq => GroqSchema.Parameters(Clone(said)),
            SchemaDialect.Moonshot => MoonshotSchema.Parameters(Clone(said)),
            SchemaDialect.Mistral => MistralSchema.Parameters(Clone(said)),
            _ => OpenAiSchema.Parameters(Clone(said)),
        };
        ReportChange(schema, said, result, report);
        if (dialect != SchemaDialect.Gemini)
        {
            result["type"] ??= "object";
            result["properties"] ??= new JsonObject();
        }

        result.WriteTo(json);
    }

    /// <summary>Writes the schema of an answer for a chat server: what it may be at the top is the client's to say.</summary>
    public static void WriteAnswer(Utf8JsonWriter json, JsonElement schema, SchemaDialect dialect, TranslationReport report)
    {
        if (dialect == SchemaDialect.Any || (dialect != SchemaDialect.Gemini && SoundSchema.IsSound(schema, openAi: true)))
        {
            json.WriteRaw(schema);
            return;
        }

        JsonObject said = SoundSchema.Copy(schema);
        JsonObject result = dialect == SchemaDialect.Gemini ? GeminiSchema.Answer(said) : OpenAiSchema.Complete(Clone(said));
        ReportChange(schema, said, result, report);
        result.WriteTo(json);
    }

    /// <summary>Writes the input schema of a tool for Anthropic: a valid object without alternatives at the top.</summary>
    public static void WriteClaude(Utf8JsonWriter json, JsonElement schema, TranslationReport report)
    {
        if (!schema.IsObject())
        {
            WriteFramed(json, schema);
            return;
        }

        if (ClaudeSchema.Takes(schema))
        {
            json.WriteRaw(schema);
            return;
        }

        JsonObject said = SoundSchema.Copy(schema);
        JsonObject result = ClaudeSchema.Input(Clone(said), out _);
        ReportChange(schema, said, result, report);
        if (!result.ContainsKey("type"))
        {
            result.Insert(0, "type", "object");
        }

        result.WriteTo(json);
    }

    /// <summary>Writes the parameters as they are, as an object that has properties: no more than any server asks for.</summary>
    public static void WriteFramed(Utf8JsonWriter json, JsonElement schema)
    {
        if (IsFramed(schema))
        {
            json.WriteRaw(schema);
            return;
        }

        json.WriteStartObject();
        bool typed = schema.Member("type"u8).Exists();
        if (!typed)
        {
            json.WriteString("type"u8, "object"u8);
        }

        bool hasProperties = schema.Member("properties"u8).IsObject();
        foreach (JsonProperty word in schema.IsObject() ? schema.EnumerateObject() : default)
        {
            if (word.NameEquals("type"u8) ? typed : hasProperties || !word.NameEquals("properties"u8))
            {
                json.WritePropertyName(word.Name);
                json.WriteRaw(word.Value);
            }
        }

        if (!hasProperties)
        {
            json.WriteStartObject("properties"u8);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static bool IsFramed(JsonElement schema) => schema.Member("type"u8).Is("object"u8) && schema.Member("properties"u8).IsObject();

    private static JsonObject Clone(JsonObject schema) => (JsonObject)schema.DeepClone();

    private static void ReportChange(JsonElement schema, JsonObject said, JsonObject result, TranslationReport report)
    {
        if (schema.IsObject() && (!SoundSchema.IsSound(schema, openAi: false) || !JsonNode.DeepEquals(said, result)))
        {
            report.Changed("schema");
        }
    }
}
