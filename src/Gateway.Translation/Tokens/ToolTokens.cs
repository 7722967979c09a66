using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Tokens;

/// <summary>
/// Adds up tool definitions. OpenAI shows them to the model as declarations of functions, which takes fewer tokens than
/// the schema's JSON; other servers show the JSON. This counts the declarations, with everything that OpenAI leaves
/// out of them: descriptions further in, limits, defaults.
/// </summary>
internal sealed class ToolTokens(TextCost text)
{
    /// <summary>The frame around all declarations.</summary>
    private const int PerList = 16;

    private const int PerTool = 9;

    /// <summary>Its type and the marks around it.</summary>
    private const int PerProperty = 5;

    private const int PerChoice = 2;

    private const int PerKeyword = 3;

    public void AddTools(JsonElement tools)
    {
        if (!tools.IsArray() || tools.GetArrayLength() == 0)
        {
            return;
        }

        text.Add(PerList);
        foreach (JsonElement tool in tools.Items())
        {
            text.Add(PerTool);
            AddSchema(tool);
        }
    }

    /// <summary>A schema, or an object that holds one.</summary>
    public void AddSchema(JsonElement schema)
    {
        if (!schema.IsObject())
        {
            return;
        }

        foreach (JsonProperty member in schema.EnumerateObject())
        {
            ReadOnlySpan<byte> keyword = JsonMarshal.GetRawUtf8PropertyName(member);
            if (keyword.SequenceEqual("properties"u8) || keyword.SequenceEqual("$defs"u8) || keyword.SequenceEqual("definitions"u8))
            {
                AddProperties(member.Value);
            }
            else if (!keyword.SequenceEqual("$schema"u8) && !keyword.SequenceEqual("required"u8) && !(keyword.SequenceEqual("type"u8) && member.Value.IsText()))
            {
                AddKeyword(keyword, member.Value);
            }
        }
    }

    private void AddProperties(JsonElement properties)
    {
        if (!properties.IsObject())
        {
            return;
        }

        foreach (JsonProperty property in properties.EnumerateObject())
        {
            text.Add(PerProperty);
            text.AddEscaped(JsonMarshal.GetRawUtf8PropertyName(property));
            AddSchema(property.Value);
        }
    }

    private void AddKeyword(ReadOnlySpan<byte> keyword, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                text.Add(keyword.SequenceEqual("name"u8) ? 0 : keyword.SequenceEqual("description"u8) ? 2 : PerKeyword);
                text.Add(value);
                break;
            case JsonValueKind.Number:
                text.Add(PerKeyword);
                text.AddEscaped(JsonFormat.Raw(value));
                break;
            case JsonValueKind.Array:
                foreach (JsonElement choice in value.EnumerateArray())
                {
                    text.Add(PerChoice);
                    text.Add(choice);
                    AddSchema(choice);
                }

                break;
            default:
                AddSchema(value);
                break;
        }
    }
}
