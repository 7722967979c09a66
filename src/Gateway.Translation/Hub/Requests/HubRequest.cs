using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>
/// What a client asks for, in the words of Messages and as the client meant it: nothing is left out or changed because
/// some model would refuse it. What an upstream demands is the business of the writer for that upstream. It stays on
/// the client's bytes.
/// </summary>
internal sealed class HubRequest
{
    public required bool Stream { get; init; }

    /// <summary>The size of the client's body: no prompt has more tokens than bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Null when the client does not say, which Messages itself does not allow.</summary>
    public required long? MaxTokens { get; init; }

    /// <summary>What the system says before the first turn.</summary>
    public required List<MessageBlock> System { get; init; }

    /// <summary>
    /// One for each message, system messages where they stand; neighbours may have one role, and a turn may be empty.
    /// Every call has one result, in the user's turns directly behind it.
    /// </summary>
    public required List<Turn> Turns { get; init; }

    public required List<HubTool> Tools { get; init; }

    public required HubToolChoice ToolChoice { get; init; }

    public required JsonElement Temperature { get; init; }

    public required JsonElement TopP { get; init; }

    public required JsonElement TopK { get; init; }

    /// <summary>One text, or a list of them.</summary>
    public required JsonElement Stop { get; init; }

    /// <summary>How hard to think, <c>none</c> included; empty when the client does not say.</summary>
    public required string Effort { get; init; }

    /// <summary>The client's breakpoint of the whole request.</summary>
    public required JsonElement CacheControl { get; init; }

    public required RequestExtras Extras { get; init; }

    /// <summary>Whether the client declared any tool, also one that Messages cannot name.</summary>
    public bool DeclaresTools => Tools.Count + Extras.OtherTools.Count > 0;

    /// <summary>The schema that the answer must follow, or an undefined element.</summary>
    public JsonElement Schema =>
        Extras[Knob.ResponseFormat] is var format && format.Member("type"u8).Is("json_schema"u8) ? format.Member("json_schema"u8).Member("schema"u8) : default;

    /// <summary>Who asks, as the client calls them; empty when it does not say.</summary>
    public string UserId => (Extras[Knob.User] is var user && user.IsText() ? user : Extras[Knob.SafetyIdentifier]).Text();

    /// <summary>Writes <c>messages</c>.</summary>
    public static void WriteMessages(Utf8JsonWriter json, List<Turn> turns)
    {
        json.WriteStartArray("messages"u8);
        foreach (Turn turn in turns)
        {
            if (!turn.IsEmpty)
            {
                turn.Write(json);
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Writes <c>system</c>, unless there is none.</summary>
    public static void WriteSystem(Utf8JsonWriter json, List<MessageBlock> system)
    {
        if (system.Count == 0)
        {
            return;
        }

        json.WriteStartArray("system"u8);
        foreach (MessageBlock block in system)
        {
            block.Write(json);
        }

        json.WriteEndArray();
    }
}
