using System.Text;
using System.Text.Json;

namespace Gateway.Translation.Tests.Properties;

/// <summary>Damages JSON at random but known places: the result is still JSON, though hardly what anyone expects.</summary>
internal sealed class JsonMutator(Random random)
{
    private static readonly string[] s_junk =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e999", "-1e-999", "123456789012345678901234567890", "\"\"", "\"x\"", "\" \"",
        "\"\\ud83d\"", "\"\\ude00x\"", "\"\\u0000\\u001f\"", "\"\u2028\\ud83d\\ude00\u00e9\"", "\"text\"", "\"tool_use\"", "\"tool_result\"",
        "\"image\"", "\"system\"", "\"assistant\"", "\"object\"", "\"/9j/\\n\"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"\":null}",
        "{\"type\":\"text\"}", "{\"type\":\"document\",\"source\":{\"type\":\"content\",\"content\":[{}]}}", "{\"a\":1,\"a\":2}",
        "{\"$ref\":\"#\"}", "{\"type\":[\"null\"],\"properties\":{\"\":{}}}", "{\"name\":\"\",\"arguments\":\"{\"}", "\"{\\\"a\\\":\"",
        "[{\"type\":\"text\",\"text\":5}]", "[{\"type\":\"\\ud800\"}]", "\"gwy1.e30\"", "{\"type\":\"tool_use\"}",
        "{\"type\":\"object\",\"properties\":{\"a\":{},\"a\":{}}}",
    ];

    private int _victim;
    private int _seen;

    /// <summary>The JSON with one to three of its values deleted, replaced, repeated, renamed or buried.</summary>
    public byte[] Mutate(byte[] json)
    {
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1000 });
            _victim = random.Next(Count(document.RootElement));
            _seen = 0;
            StringBuilder text = new();
            Write(document.RootElement, text);
            json = Encoding.UTF8.GetBytes(text.ToString());
        }

        return json;
    }

    private static int Count(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Sum(m => Count(m.Value)),
        JsonValueKind.Array => 1 + value.EnumerateArray().Sum(Count),
        _ => 1,
    };

    private void Write(JsonElement value, StringBuilder text)
    {
        if (_seen++ == _victim)
        {
            text.Append(Replacement(value));
            return;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                Join(text, '{', '}', value.EnumerateObject().SelectMany(Members));
                break;
            case JsonValueKind.Array:
                Join(text, '[', ']', value.EnumerateArray().SelectMany(Items));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private IEnumerable<string> Members(JsonProperty member)
    {
        string name = JsonEncodedText.Encode(member.Name).ToString();
        bool hit = _seen == _victim;
        int kind = hit ? random.Next(5) : -1;
        if (kind == 0)
        {
            // Deleted; what was inside it can no longer be hit.
            _seen += Count(member.Value);
            return [];
        }

        StringBuilder value = new();
        if (kind is 1 or 2)
        {
            _victim = -1;
        }

        Write(member.Value, value);
        return kind switch
        {
            1 => [$"\"{name}\":{value}", $"\"{name}\":{s_junk[random.Next(s_junk.Length)]}"],
            2 => [$"\"{name}_\":{value}"],
            _ => [$"\"{name}\":{value}"],
        };
    }

    private IEnumerable<string> Items(JsonElement item)
    {
        bool twice = _seen == _victim && random.Next(3) == 0;
        if (twice)
        {
            _victim = -1;
        }

        StringBuilder value = new();
        Write(item, value);
        return twice ? [value.ToString(), value.ToString()] : [value.ToString()];
    }

    private string Replacement(JsonElement value)
    {
        int depth = random.Next(8) switch { 0 => 60, 1 => 300, _ => 0 };
        string inner = random.Next(4) == 0 ? value.GetRawText() : s_junk[random.Next(s_junk.Length)];
        return depth > 0 && random.Next(2) == 0
            ? string.Concat(Enumerable.Repeat("{\"properties\":", depth)) + inner + new string('}', depth)
            : new string('[', depth) + inner + new string(']', depth);
    }

    private static void Join(StringBuilder text, char open, char close, IEnumerable<string> parts) =>
        text.Append(open).AppendJoin(',', parts).Append(close);
}
