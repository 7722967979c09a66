using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Gateway.Translation.Schemas;

/// <summary>What may stand behind a word of JSON Schema, draft 2020-12.</summary>
internal enum WordKind
{
    /// <summary>Anything, or a word that nobody here knows.</summary>
    Free,
    Schema,
    SchemaList,

    /// <summary>Schemas by name; the names are not words.</summary>
    SchemaMap,

    /// <summary>Schemas by the pattern that names must match.</summary>
    SchemaPatterns,
    Type,
    Literals,
    List,
    Names,
    NamesMap,
    Number,
    PositiveNumber,
    Count,
    Text,
    Pattern,
    Uri,
    Flag,
}

/// <summary>
/// The words of JSON Schema: the one table that says where schemas are inside a schema. Names of properties are not words,
/// whatever they look like.
/// </summary>
internal static class SchemaWords
{
    private const int LongestWord = 24;

    private static readonly FrozenDictionary<string, WordKind> s_kinds = new Dictionary<string, WordKind>
    {
        ["type"] = WordKind.Type,
        ["enum"] = WordKind.Literals,
        ["examples"] = WordKind.List,
        ["required"] = WordKind.Names,
        ["dependentRequired"] = WordKind.NamesMap,

        ["properties"] = WordKind.SchemaMap,
        ["patternProperties"] = WordKind.SchemaPatterns,
        ["$defs"] = WordKind.SchemaMap,
        ["definitions"] = WordKind.SchemaMap,
        ["dependentSchemas"] = WordKind.SchemaMap,

        ["anyOf"] = WordKind.SchemaList,
        ["oneOf"] = WordKind.SchemaList,
        ["allOf"] = WordKind.SchemaList,
        ["prefixItems"] = WordKind.SchemaList,

        ["items"] = WordKind.Schema,
        ["additionalProperties"] = WordKind.Schema,
        ["unevaluatedProperties"] = WordKind.Schema,
        ["unevaluatedItems"] = WordKind.Schema,
        ["contains"] = WordKind.Schema,
        ["propertyNames"] = WordKind.Schema,
        ["contentSchema"] = WordKind.Schema,
        ["not"] = WordKind.Schema,
        ["if"] = WordKind.Schema,
        ["then"] = WordKind.Schema,
        ["else"] = WordKind.Schema,

        ["minimum"] = WordKind.Number,
        ["maximum"] = WordKind.Number,
        ["exclusiveMinimum"] = WordKind.Number,
        ["exclusiveMaximum"] = WordKind.Number,
        ["multipleOf"] = WordKind.PositiveNumber,

        ["minLength"] = WordKind.Count,
        ["maxLength"] = WordKind.Count,
        ["minItems"] = WordKind.Count,
        ["maxItems"] = WordKind.Count,
        ["minContains"] = WordKind.Count,
        ["maxContains"] = WordKind.Count,
        ["minProperties"] = WordKind.Count,
        ["maxProperties"] = WordKind.Count,

        ["title"] = WordKind.Text,
        ["description"] = WordKind.Text,
        ["format"] = WordKind.Text,
        ["pattern"] = WordKind.Pattern,
        ["contentEncoding"] = WordKind.Text,
        ["contentMediaType"] = WordKind.Text,
        ["$comment"] = WordKind.Text,
        ["$anchor"] = WordKind.Text,
        ["$ref"] = WordKind.Text,
        ["$id"] = WordKind.Uri,
        ["$schema"] = WordKind.Uri,

        ["uniqueItems"] = WordKind.Flag,
        ["deprecated"] = WordKind.Flag,
        ["readOnly"] = WordKind.Flag,
        ["writeOnly"] = WordKind.Flag,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, WordKind>.AlternateLookup<ReadOnlySpan<char>> s_bySpan = s_kinds.GetAlternateLookup<ReadOnlySpan<char>>();

    public static WordKind KindOf(string word) => s_kinds.GetValueOrDefault(word);

    /// <summary>Every request asks this for every word of every tool: no string is made for it.</summary>
    public static WordKind KindOf(JsonProperty member)
    {
        ReadOnlySpan<byte> name = JsonMarshal.GetRawUtf8PropertyName(member);
        if (name.Contains((byte)'\\'))
        {
            return KindOf(member.Name);
        }

        if (name.Length > LongestWord)
        {
            return WordKind.Free;
        }

        Span<char> word = stackalloc char[LongestWord];
        int length = Encoding.UTF8.GetChars(name, word);
        return s_bySpan.TryGetValue(word[..length], out WordKind kind) ? kind : WordKind.Free;
    }
}
