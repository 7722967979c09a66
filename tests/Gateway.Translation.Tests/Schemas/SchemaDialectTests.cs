using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;
using Gateway.Translation.Profiles;
using Gateway.Translation.Schemas;

namespace Gateway.Translation.Tests.Schemas;

/// <summary>Whatever a tool's schema says: what goes on holds the reader's words only, and all that the reader demands.</summary>
public sealed class SchemaDialectTests
{
    private const int Schemas = 600;

    // OpenAI's list of what may not stand at the top; a reference would hide the properties.
    private static readonly string[] s_notAtTop = ["anyOf", "oneOf", "allOf", "not", "enum", "$ref"];

    [Fact]
    public void For_Gemini_every_part_has_one_type_and_words_of_that_type() => ForAll(SchemaDialect.Gemini, root =>
        GeminiRules.Problems(root).Concat(IsText(root["type"], "object") ? [] : ["the top is no object"]));

    [Fact]
    public void For_OpenAI_every_part_is_valid_and_every_array_has_items() => ForAll(SchemaDialect.OpenAi, root => DraftRules.Problems(root)
        .Concat(DraftRules.Parts(root).Where(part => IsArray(part) && !part.ContainsKey("items")).Select(part => $"array schema missing items: {part.ToJsonString()}"))
        .Concat(NotPlain(root, s_notAtTop)));

    [Fact]
    public void For_Groq_every_part_is_valid_and_has_properties_where_some_are_required() => ForAll(SchemaDialect.Groq, root => DraftRules.Problems(root)
        .Concat(DraftRules.Parts(root).Where(part => part.ContainsKey("required") && !part.ContainsKey("properties")).Select(part => $"properties missing: {part.ToJsonString()}"))
        .Concat(DraftRules.Parts(root).Where(part => part.ContainsKey("$schema") || part.ContainsKey("cache_control")).Select(_ => "unknown word"))
        .Concat(NotPlain(root, [])));

    [Fact]
    public void For_grammars_every_part_is_valid_and_short() => ForAll(SchemaDialect.Mistral, root => DraftRules.Problems(root)
        .Concat(DraftRules.Parts(root).Where(part => part["pattern"]?.GetValue<string>().StartsWith("^(?!", StringComparison.Ordinal) == true).Select(_ => "lookaround"))
        .Concat(DraftRules.Parts(root).Where(part => part["maxLength"]?.GetValue<double>() > 2000).Select(_ => "long"))
        .Concat(NotPlain(root, [])));

    [Fact]
    public void For_Claude_every_part_is_valid_and_the_top_is_one_object() => ForAll(WriteClaude, root => DraftRules.Problems(root)
        .Concat(IsText(root["type"], "object") ? [] : ["the top is no object"])
        .Concat(s_notAtTop[..3].Where(root.ContainsKey).Select(word => $"{word} at the top"))
        .Concat((root["properties"] as JsonObject ?? []).Where(p => !Regex.IsMatch(p.Key, @"\A[a-zA-Z0-9_.-]{1,64}\z")).Select(p => $"property {p.Key}")));

    [Fact]
    public void For_Moonshot_no_type_stands_beside_alternatives() => ForAll(SchemaDialect.Moonshot, root => DraftRules.Problems(root)
        .Concat(DraftRules.Parts(root).Where(part => part.ContainsKey("type") && s_notAtTop[..3].Any(part.ContainsKey)).Select(part => part.ToJsonString()))
        .Concat(NotPlain(root, s_notAtTop)));

    [Fact]
    public void An_answers_schema_for_Claude_is_closed_and_has_no_limits() => ForAll(
        (json, schema) => (StructuredSchema.IsRecursive(schema) ? [] : StructuredSchema.Of(schema, new TranslationReport())).WriteTo(json),
        root => DraftRules.Problems(root).Concat(DraftRules.Parts(root).SelectMany(ClaudeRules)));

    [Fact]
    public void An_answers_schema_for_Gemini_may_be_anything_at_the_top() => ForAll(
        (json, schema) => SchemaWriter.WriteAnswer(json, schema, SchemaDialect.Gemini, new TranslationReport()), root => GeminiRules.Problems(root));

    [Fact]
    public void What_needs_nothing_goes_on_byte_for_byte()
    {
        int untouched = 0;
        foreach (string schema in Enumerable.Range(0, Schemas).Select(Random))
        {
            JsonNode node = JsonNode.Parse(schema)!;
            bool lacksItems = DraftRules.Parts(node).Any(part => IsArray(part) && !part.ContainsKey("items"));
            if (!DraftRules.Problems(node).Any() && !NotPlain(node, s_notAtTop).Any() && !lacksItems)
            {
                untouched++;
                Assert.Equal(schema, Write(Writer(SchemaDialect.OpenAi), schema));
            }
        }

        Assert.InRange(untouched, Schemas / 50, Schemas);
    }

    [Theory]
    [InlineData(SchemaDialect.Gemini)]
    [InlineData(SchemaDialect.OpenAi)]
    [InlineData(SchemaDialect.Groq)]
    public void References_that_multiply_stay_small(SchemaDialect dialect)
    {
        StringBuilder schema = new("""{"type":"object","anyOf":[{"$ref":"#/$defs/d0"},{"$ref":"#"}],"properties":{"p":{"$ref":"#/$defs/d0"}},"$defs":{""");
        for (int i = 0; i < 60; i++)
        {
            string next = $$"""{"$ref":"#/$defs/d{{i + 1}}"}""";
            schema.Append($$$"""{{{(i > 0 ? "," : "")}}}"d{{{i}}}":{"type":"object","properties":{"l":{{{next}}},"r":{"anyOf":[{{{next}}},{{{next}}},true]}},"allOf":[{{{next}}},{{{next}}}]}""");
        }

        schema.Append(""","d60":{"$ref":"#/$defs/d0"}}}""");
        string written = Write(Writer(dialect), schema.ToString());
        Assert.InRange(written.Length, 1, 2_000_000);
    }

    [Fact]
    public void Alternatives_that_multiply_what_stands_beside_them_stay_small()
    {
        string schema = """{"type":"string"}""";
        for (int i = 0; i < 55; i++)
        {
            schema = $$"""{"anyOf":[{},true],"items":{{schema}}}""";
        }

        string written = Write(Writer(SchemaDialect.Gemini), $$$"""{"type":"object","properties":{"a":{{{schema}}}}}""");
        Assert.InRange(written.Length, 1, 2_000_000);
    }

    /// <summary>What Anthropic documents for structured outputs.</summary>
    private static IEnumerable<string> ClaudeRules(JsonObject part)
    {
        string[] unknown = ["minimum", "maximum", "multipleOf", "minLength", "maxLength", "maxItems", "uniqueItems", "oneOf", "allOf", "not", "if", "patternProperties", "prefixItems"];
        bool isObject = part["type"] is JsonArray types ? types.Any(t => IsText(t, "object")) : IsText(part["type"], "object");
        return unknown.Where(part.ContainsKey)
            .Concat(isObject && part["additionalProperties"]?.ToJsonString() != "false" ? ["an open object"] : []);
    }

    private static void ForAll(SchemaDialect dialect, Func<JsonObject, IEnumerable<string>> problems) => ForAll(Writer(dialect), problems);

    private static void ForAll(Action<Utf8JsonWriter, JsonElement> write, Func<JsonObject, IEnumerable<string>> problems)
    {
        for (int i = 0; i < Schemas; i++)
        {
            string schema = Random(i);
            string written = Write(write, schema);
            JsonObject result = JsonNode.Parse(written)!.AsObject();
            Assert.True(!problems(result).Any(), $"{i}: {string.Join("; ", problems(result))}\n{schema}\n{written}");
            Assert.Equal(written, Write(write, schema));
            string again = Write(write, written);
            Assert.True(JsonNode.DeepEquals(result, JsonNode.Parse(again)), $"{i} is not yet at rest\n{schema}\n{written}\n{again}");
        }
    }

    private static string Random(int seed) => new RandomSchema(new Random(seed)).Next();

    private static Action<Utf8JsonWriter, JsonElement> Writer(SchemaDialect dialect) =>
        (json, schema) => SchemaWriter.WriteParameters(json, schema, dialect, new TranslationReport());

    private static void WriteClaude(Utf8JsonWriter json, JsonElement schema) => SchemaWriter.WriteClaude(json, schema, new TranslationReport());

    private static string Write(Action<Utf8JsonWriter, JsonElement> write, string schema)
    {
        using JsonDocument document = JsonDocument.Parse(schema, JsonFormat.DocumentOptions);
        using PooledBuffer output = new();
        using (Utf8JsonWriter json = new(output, JsonFormat.WriterOptions))
        {
            write(json, document.RootElement);
        }

        return Encoding.UTF8.GetString(output.Span);
    }

    private static IEnumerable<string> NotPlain(JsonNode root, string[] words) => words.Where(root.AsObject().ContainsKey)
        .Concat(IsText(root["type"], "object") ? [] : ["the top is no object"])
        .Concat(root["properties"] is JsonObject ? [] : ["the top has no properties"]);

    private static bool IsArray(JsonObject part) =>
        part["type"] is JsonArray types ? types.Any(t => IsText(t, "array")) : IsText(part["type"], "array");

    private static bool IsText(JsonNode? node, string text) => node is JsonValue value && value.TryGetValue(out string? said) && said == text;
}
