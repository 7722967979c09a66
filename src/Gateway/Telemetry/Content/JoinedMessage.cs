using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Telemetry.Content;

/// <summary>Puts the events of a Messages stream together again, as far as content goes.</summary>
internal static class JoinedMessage
{
    public static void Write(Utf8JsonWriter json, List<JsonElement> events)
    {
        SortedDictionary<long, Block> blocks = [];
        JsonElement stopReason = default;
        foreach (JsonElement e in events)
        {
            long index = e.Member("index"u8) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long n) ? n : -1;
            switch (e.Text("type"u8))
            {
                case "content_block_start" when e.Member("content_block"u8).IsObject():
                    blocks[index] = new Block(e.Member("content_block"u8));
                    break;
                case "content_block_delta" when blocks.TryGetValue(index, out Block? block):
                    block.Add(e.Member("delta"u8));
                    break;
                case "message_delta":
                    stopReason = e.Member("delta"u8).Member("stop_reason"u8);
                    break;
            }
        }

        json.WriteStartObject();
        json.WriteStartArray("content"u8);
        foreach (Block block in blocks.Values)
        {
            block.Write(json);
        }

        json.WriteEndArray();
        json.WriteValue("stop_reason"u8, stopReason);
        json.WriteEndObject();
    }

    private sealed class Block(JsonElement start)
    {
        private readonly StringBuilder _told = new();
        private string? _member;

        public void Add(JsonElement delta)
        {
            (string? member, JsonElement text) = delta.Text("type"u8) switch
            {
                "text_delta" => ("text", delta.Member("text"u8)),
                "thinking_delta" => ("thinking", delta.Member("thinking"u8)),
                "input_json_delta" => ("input", delta.Member("partial_json"u8)),
                _ => (_member, default(JsonElement)),
            };
            _member = member;
            _told.Append(text.Text());
        }

        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            foreach (JsonProperty property in start.EnumerateObject().Where(p => p.Name != _member || _told.Length == 0))
            {
                json.WritePropertyName(property.Name);
                json.WriteRaw(property.Value);
            }

            if (_told.Length > 0 && _member == "input")
            {
                json.WriteJsonOrText(_member, _told.ToString());
            }
            else if (_told.Length > 0)
            {
                json.WriteString(_member!, _told.ToString());
            }

            json.WriteEndObject();
        }
    }
}
