using System.Text.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>Which tools may or must be called, in the words of Messages; no type means say nothing.</summary>
internal readonly record struct HubToolChoice(string? Type, string? Name, bool OneAtATime)
{
    /// <summary>Claude cannot think where it must call.</summary>
    public bool Forces => Type is "any" or "tool";

    public void Write(Utf8JsonWriter json)
    {
        if (Type is null)
        {
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        json.WriteString("type"u8, Type);
        if (Name is not null)
        {
            json.WriteString("name"u8, Name);
        }

        if (OneAtATime)
        {
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        }

        json.WriteEndObject();
    }
}
