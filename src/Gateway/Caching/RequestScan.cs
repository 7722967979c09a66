using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Caching;

/// <summary>
/// One walk over a request: its tokens go into the key, without the space between them and without members that only say
/// who asks, and on the way it shows whether the answer depends on more than these bytes.
/// </summary>
internal ref struct RequestScan(CacheKey key)
{
    private const int MaxDepth = 256;

    /// <summary>Tools that the client runs, of Anthropic's own kinds: their names go on with a date.</summary>
    private static readonly string[] s_clientTools = ["bash_", "text_editor_", "computer_", "memory_"];

    /// <summary>For each depth: an image, or some other medium, is described there.</summary>
    private readonly bool[] _medium = new bool[MaxDepth + 2];
    private bool _asksForTools;
    private bool _zero;
    private bool _seeded;
    private bool _many;

    /// <summary>The model is asked to answer the same the next time.</summary>
    public readonly bool Deterministic => (_zero || _seeded) && !_many;

    /// <summary>A search, an address or a server's memory has a part in the answer, or the call itself is what is wanted.</summary>
    public bool DependsOnMore { get; private set; }

    /// <summary>Walks. The bytes were parsed before.</summary>
    public void Read(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader reader = new(body, JsonFormat.ReaderOptions);
        bool medium = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                medium = NamesMedium(ref reader);
                if (reader.CurrentDepth == 1)
                {
                    _asksForTools = reader.ValueIs("tools"u8);
                    if (SaysWhoAsks(ref reader))
                    {
                        reader.Skip();
                        continue;
                    }
                }

                Look(reader);
            }
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                _medium[reader.CurrentDepth + 1] = medium && reader.TokenType == JsonTokenType.StartObject;
                medium = false;
            }

            key.Add([(byte)reader.TokenType]);
            key.Add(reader.ValueSpan);
        }
    }

    /// <summary>They change with every session, or every user, and nothing in the answer.</summary>
    private static bool SaysWhoAsks(ref Utf8JsonReader name) =>
        name.ValueIs("metadata"u8) || name.ValueIs("user"u8) || name.ValueIs("safety_identifier"u8)
        || name.ValueIs("prompt_cache_key"u8) || name.ValueIs("prompt_cache_retention"u8);

    private static bool NamesMedium(ref Utf8JsonReader name) =>
        name.ValueIs("source"u8) || name.ValueIs("image_url"u8) || name.ValueIs("video_url"u8) || name.ValueIs("audio_url"u8) || name.ValueIs("file"u8);

    /// <summary>At a member; a copy of the reader goes on to its value.</summary>
    private void Look(Utf8JsonReader reader)
    {
        int depth = reader.CurrentDepth;
        bool isUrl = (_medium[depth] && reader.ValueIs("url"u8)) || reader.ValueIs("image_url"u8) || reader.ValueIs("file_url"u8);
        bool isKind = _asksForTools && depth == 3 && reader.ValueIs("type"u8);
        bool isZero = depth == 1 && reader.ValueIs("temperature"u8);
        bool isSeed = depth == 1 && reader.ValueIs("seed"u8);
        bool isCount = depth == 1 && reader.ValueIs("n"u8);
        bool isLimit = depth == 1 && reader.ValueIs("max_tokens"u8);
        bool isState = depth == 1 && NamesState(ref reader);
        reader.Read();
        if (isState)
        {
            DependsOnMore |= reader.TokenType is not (JsonTokenType.Null or JsonTokenType.False);
        }
        else if (isUrl)
        {
            DependsOnMore |= reader.TokenType == JsonTokenType.String && !reader.ValueSpan.StartsWith("data:"u8);
        }
        else if (isKind)
        {
            DependsOnMore |= !IsClientTool(ref reader);
        }
        else if (reader.TokenType == JsonTokenType.Number)
        {
            bool known = reader.TryGetDouble(out double number);
            _zero |= isZero && known && number == 0;
            _seeded |= isSeed;
            _many |= isCount && !(known && number == 1);

            // Nothing is to be said: the request is made to fill the provider's prompt cache.
            DependsOnMore |= isLimit && number == 0;
        }
    }

    private static bool NamesState(ref Utf8JsonReader name) =>
        name.ValueIs("mcp_servers"u8) || name.ValueIs("container"u8) || name.ValueIs("store"u8) || name.ValueIs("background"u8)
        || name.ValueIs("web_search_options"u8) || name.ValueIs("search_parameters"u8) || name.ValueIs("plugins"u8)
        || name.ValueIs("previous_response_id"u8) || name.ValueIs("conversation"u8) || name.ValueIs("cached_content"u8);

    private static bool IsClientTool(ref Utf8JsonReader kind)
    {
        if (kind.TokenType != JsonTokenType.String || kind.ValueIs("function"u8) || kind.ValueIs("custom"u8))
        {
            return true;
        }

        string text = Encoding.UTF8.GetString(kind.ValueSpan);
        return s_clientTools.Any(start => text.StartsWith(start, StringComparison.Ordinal));
    }
}
