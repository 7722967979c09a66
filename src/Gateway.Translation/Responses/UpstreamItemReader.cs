using System.Text.Json;
using Gateway.Translation.Chat;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.Responses;

/// <summary>What the JSON of an item says.</summary>
internal static class UpstreamItemReader
{
    public static UpstreamItemKind KindOf(ReadOnlySpan<byte> item) => JsonRaw.Decode(JsonFields.FindByName(item, "type"u8)) switch
    {
        "message" => UpstreamItemKind.Message,
        "reasoning" => UpstreamItemKind.Reasoning,
        "function_call" => UpstreamItemKind.Function,
        "custom_tool_call" => UpstreamItemKind.Custom,
        "web_search_call" => UpstreamItemKind.Search,
        _ => UpstreamItemKind.Other,
    };

    public static string? Id(ReadOnlySpan<byte> item) =>
        JsonFields.FindByName(item, "id"u8) is var id && JsonRaw.IsText(id) ? JsonRaw.Decode(id) : null;

    public static bool IsIncomplete(ReadOnlySpan<byte> item) =>
        JsonRaw.Text(JsonFields.FindByName(item, "status"u8)) is var status && (status.SequenceEqual("incomplete"u8) || status.SequenceEqual("in_progress"u8));

    /// <summary>A call that the end of the answer cut: what there is of it cannot be run.</summary>
    public static bool IsHalfCall(ReadOnlySpan<byte> item, UpstreamItemKind kind)
    {
        if (kind != UpstreamItemKind.Function)
        {
            return kind == UpstreamItemKind.Custom && IsIncomplete(item);
        }

        ReadOnlySpan<byte> arguments = JsonFields.FindByName(item, "arguments"u8);
        if (!JsonRaw.IsText(arguments) || arguments.Length == 2)
        {
            return IsIncomplete(item);
        }

        using PooledBuffer plain = new(arguments.Length);
        JsonUnescape.Append(JsonRaw.Text(arguments), plain);
        return ArgumentRepair.Kind(plain.Span) == JsonValueKind.Undefined;
    }

    /// <summary>How long a text is, in UTF-16 units.</summary>
    public static int LengthOf(ReadOnlySpan<byte> escaped)
    {
        int length = 0;
        for (int i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '\\' && i + 1 < escaped.Length)
            {
                i += escaped[i + 1] == 'u' ? 5 : 1;
                length++;
            }
            else if ((escaped[i] & 0xC0) != 0x80)
            {
                length += escaped[i] >= 0xF0 ? 2 : 1;
            }
        }

        return length;
    }

    /// <summary>What of a whole text was not told yet.</summary>
    /// <param name="escaped">The text.</param>
    /// <param name="told">How much of it, in UTF-16 units.</param>
    public static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> escaped, int told)
    {
        if (told == 0)
        {
            return escaped;
        }

        string text = JsonUnescape.ToText(escaped);
        if (text.Length <= told)
        {
            return [];
        }

        using PooledBuffer rest = new(64);
        rest.AppendEscaped(text[told..]);
        return rest.Span.ToArray();
    }

    public static bool HasText(ReadOnlySpan<byte> parts)
    {
        JsonItems items = new(parts);
        while (items.MoveNext())
        {
            if (!JsonRaw.Text(JsonFields.FindByName(items.Value, "text"u8)).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What the next turn has to bring back of a reasoning item; its text is the block's. Null when there is nothing.</summary>
    public static byte[]? State(ReadOnlySpan<byte> json, UpstreamItem item)
    {
        ReadOnlySpan<byte> encrypted = JsonFields.FindByName(json, "encrypted_content"u8);
        if (!JsonRaw.IsText(encrypted) && item.LastPart < 0)
        {
            return null;
        }

        using PooledBuffer state = new(256);
        using (Utf8JsonWriter writer = new(state, JsonFormat.WriterOptions))
        {
            writer.WriteStartObject();
            if (Id(json) is { } id)
            {
                writer.WriteString("id"u8, id);
            }

            if (JsonRaw.IsText(encrypted))
            {
                writer.WritePropertyName("encrypted_content"u8);
                writer.WriteRawValue(encrypted, skipInputValidation: true);
            }

            writer.WriteStartArray(item.IsSummary == false ? "content"u8 : "summary"u8);
            foreach (int length in item.Lengths)
            {
                writer.WriteNumberValue(length);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return state.Span.ToArray();
    }

    /// <summary>Pages that were opened or looked through are no searches.</summary>
    public static bool IsSearch(ReadOnlySpan<byte> item)
    {
        ReadOnlySpan<byte> type = JsonRaw.Text(JsonFields.FindByName(JsonFields.FindByName(item, "action"u8), "type"u8));
        return KindOf(item) == UpstreamItemKind.Search && (type.IsEmpty || type.SequenceEqual("search"u8));
    }

    /// <summary>What was searched for, in escaped characters; of several queries the first.</summary>
    public static ReadOnlySpan<byte> Query(ReadOnlySpan<byte> action)
    {
        JsonItems queries = new(JsonFields.FindByName(action, "queries"u8));
        ReadOnlySpan<byte> query = JsonRaw.Text(JsonFields.FindByName(action, "query"u8));
        return query.IsEmpty && queries.MoveNext() ? JsonRaw.Text(queries.Value) : query;
    }

    public static bool TrySource(ReadOnlySpan<byte> source, out WebSource page)
    {
        ReadOnlySpan<byte> url = JsonFields.FindByName(source, "url"u8);
        ReadOnlySpan<byte> title = JsonFields.FindByName(source, "title"u8);
        page = new WebSource { Url = JsonRaw.Text(url), Title = JsonRaw.Text(title), HasTitle = JsonRaw.IsText(title) };
        return JsonRaw.IsText(url);
    }

    /// <summary>The kind of an item that is left out, for the report.</summary>
    public static string ReportOf(ReadOnlySpan<byte> item)
    {
        string type = JsonRaw.Decode(JsonFields.FindByName(item, "type"u8));
        return type.Length is > 0 and <= 40 && type.All(c => char.IsAsciiLetterLower(c) || c == '_') ? $"item:{type}" : "item:unknown";
    }
}
