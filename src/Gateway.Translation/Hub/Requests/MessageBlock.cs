using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>One content block of the Messages body to be written, still made of the client's own bytes.</summary>
internal abstract record MessageBlock
{
    private MessageBlock()
    {
    }

    /// <summary>The client's cache breakpoint on this block, if any.</summary>
    public JsonElement CacheControl { get; set; }

    public virtual bool MayHaveCacheControl => true;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteMembers(json);
        if (CacheControl.IsObject())
        {
            json.WritePropertyName("cache_control"u8);
            json.WriteRaw(CacheControl);
        }

        json.WriteEndObject();
    }

    protected abstract void WriteMembers(Utf8JsonWriter json);

    /// <summary>Text of the client, escapes and all.</summary>
    public sealed record Text(JsonElement Value, bool WasString) : MessageBlock
    {
        /// <summary>It needs no list around it: its client wrote none, or only because of a mark that is gone.</summary>
        public bool WasString { get; set; } = WasString;

        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "text"u8);
            json.WritePropertyName("text"u8);
            json.WriteRaw(Value);
        }
    }

    /// <summary>Text that the gateway wrote or rewrote.</summary>
    public sealed record Note(string Value) : MessageBlock
    {
        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, Value);
        }
    }

    public sealed record Image(DataUri Source) : MessageBlock
    {
        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "image"u8);
            json.WriteStartObject("source"u8);
            Source.WriteMembers(json);
            json.WriteEndObject();
        }
    }

    /// <summary>A PDF, by value or by URL.</summary>
    public sealed record Document(DataUri Source, JsonElement Title) : MessageBlock
    {
        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "document"u8);
            json.WriteStartObject("source"u8);
            Source.WriteMembers(json);
            json.WriteEndObject();
            WriteTitle(json, Title);
        }
    }

    public sealed record TextDocument(byte[] Content, JsonElement Title) : MessageBlock
    {
        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "document"u8);
            json.WriteStartObject("source"u8);
            json.WriteString("type"u8, "text"u8);
            json.WriteString("media_type"u8, "text/plain"u8);
            json.WriteString("data"u8, Encoding.UTF8.GetString(Content));
            json.WriteEndObject();
            WriteTitle(json, Title);
        }
    }

    /// <param name="Texts">The thought, in pieces.</param>
    /// <param name="Signature">Who thought it; undefined for reasoning that came as plain text.</param>
    public sealed record Thinking(IReadOnlyList<JsonElement> Texts, JsonElement Signature) : MessageBlock
    {
        public override bool MayHaveCacheControl => false;

        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "thinking"u8);
            json.WritePropertyName("thinking"u8);
            using PooledBuffer whole = new(256);
            foreach (JsonElement text in Texts)
            {
                // The signature is over this text: not a character of it may change.
                whole.Append(JsonFormat.RawText(text));
            }

            json.WriteEscapedText(whole.Span);
            if (Signature.IsText())
            {
                json.WritePropertyName("signature"u8);
                json.WriteRaw(Signature);
            }
        }
    }

    public sealed record RedactedThinking(JsonElement Data) : MessageBlock
    {
        public override bool MayHaveCacheControl => false;

        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "redacted_thinking"u8);
            json.WritePropertyName("data"u8);
            json.WriteRaw(Data);
        }
    }

    public sealed record ToolUse(string Id, string Name, byte[] Input) : MessageBlock
    {
        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "tool_use"u8);
            json.WriteString("id"u8, Id);
            json.WriteString("name"u8, Name);
            json.WritePropertyName("input"u8);
            json.WriteRawValue(Input, skipInputValidation: true);
        }
    }

    public sealed record ToolResult(string Id, IReadOnlyList<MessageBlock> Content) : MessageBlock
    {
        public bool IsError { get; init; }

        protected override void WriteMembers(Utf8JsonWriter json)
        {
            json.WriteString("type"u8, "tool_result"u8);
            json.WriteString("tool_use_id"u8, Id);
            if (Content.Count > 0)
            {
                json.WritePropertyName("content"u8);
                WriteContent(json, Content);
            }

            if (IsError)
            {
                json.WriteBoolean("is_error"u8, true);
            }
        }
    }

    /// <summary>A block that its client wrote in the words of Messages: what it says there goes on as it came.</summary>
    public sealed record Native(JsonElement Block) : MessageBlock
    {
        private static readonly HashSet<string> s_members =
        [
            "type", "id", "name", "input", "content", "source", "title", "context", "citations", "file_id", "tool_name", "tool_use_id",
            "server_name", "is_error", "caller",
        ];

        protected override void WriteMembers(Utf8JsonWriter json)
        {
            foreach (JsonProperty member in Block.EnumerateObject())
            {
                if (s_members.Contains(member.Name) && member.Value.Exists())
                {
                    json.WritePropertyName(member.Name);
                    json.WriteRaw(member.Value);
                }
            }
        }
    }

    /// <summary>Writes content as a string where the client had one, else as a list of blocks.</summary>
    public static void WriteContent(Utf8JsonWriter json, IReadOnlyList<MessageBlock> blocks)
    {
        if (blocks is [Text { WasString: true } text] && !text.CacheControl.IsObject())
        {
            json.WriteRaw(text.Value);
        }
        else if (blocks is [Note note] && !note.CacheControl.IsObject())
        {
            json.WriteStringValue(note.Value);
        }
        else
        {
            json.WriteStartArray();
            foreach (MessageBlock block in blocks)
            {
                block.Write(json);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteTitle(Utf8JsonWriter json, JsonElement title)
    {
        if (title.IsText() && !title.IsBlank())
        {
            json.WritePropertyName("title"u8);
            json.WriteRaw(title);
        }
    }
}
