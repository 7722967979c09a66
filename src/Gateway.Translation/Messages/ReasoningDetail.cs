using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Messages;

/// <summary>
/// One entry of OpenRouter's <c>reasoning_details</c>: a text, a summary or something encrypted. In a stream it comes in
/// pieces; it is written as a whole answer would have it, with its members in one order.
/// </summary>
internal sealed class ReasoningDetail
{
    private static readonly string[] s_order = ["type", "id", "format", "index", "summary", "text", "data", "signature"];

    private readonly List<Member> _members = [];

    public ReasoningDetail(ReadOnlySpan<byte> json) => Add(json);

    // What it says of itself, each as its JSON; empty when it does not.
    public ReadOnlySpan<byte> Type => Value("type");

    public ReadOnlySpan<byte> Index => Value("index");

    public ReadOnlySpan<byte> Id => Value("id");

    public ReadOnlySpan<byte> Signature => Value("signature");

    /// <summary>The escaped characters of what only its maker can read.</summary>
    public ReadOnlySpan<byte> Data => Find("data") is { IsText: true } data ? data.Json.WrittenSpan : [];

    /// <summary>It says something, readable or not.</summary>
    public bool HasContent => _members.Exists(member => member.IsText && member.Json.WrittenCount > 0);

    /// <summary>Takes one more piece: texts go on, and what was not known is known now.</summary>
    public void Add(ReadOnlySpan<byte> json)
    {
        JsonFields fields = new(json);
        while (fields.MoveNext())
        {
            string name = JsonUnescape.ToText(fields.Name);
            Member? member = Find(name);
            if (member is null)
            {
                member = new Member(name);
                _members.Add(member);
            }

            member.Add(fields.Value);
        }
    }

    /// <summary>Takes the rest of it.</summary>
    public void Add(ReasoningDetail rest)
    {
        using PooledBuffer buffer = new();
        using (Utf8JsonWriter json = new(buffer, JsonFormat.WriterOptions))
        {
            rest.Write(json, lengths: false);
        }

        Add(buffer.Span);
    }

    /// <summary>What can be read of it.</summary>
    public string ReadableText() => string.Concat(Readable().Select(member => member.Text()));

    /// <summary>
    /// Takes what can be read of it from a text where only lengths are known, and moves <paramref name="start"/> on. False
    /// when the text has not as much.
    /// </summary>
    public bool TryFillIn(string text, ref int start)
    {
        foreach (Member member in Readable())
        {
            if (!member.TryGetLength(out int length) || length > text.Length - start)
            {
                return false;
            }

            member.SetText(text.AsSpan(start, length));
            start += length;
        }

        return true;
    }

    /// <param name="json">Where it is written.</param>
    /// <param name="lengths">Say what can be read by its length: the thinking block has it.</param>
    public void Write(Utf8JsonWriter json, bool lengths)
    {
        json.WriteStartObject();
        foreach (Member member in _members.OrderBy(member => Rank(member.Name)))
        {
            member.Write(json, lengths && IsReadable(member));
        }

        json.WriteEndObject();
    }

    private static int Rank(string name) => Array.IndexOf(s_order, name) is >= 0 and int rank ? rank : s_order.Length;

    private static bool IsReadable(Member member) => member.Name is "summary" or "text" && !member.IsNull;

    private IEnumerable<Member> Readable() => _members.Where(IsReadable).OrderBy(member => Rank(member.Name));

    private Member? Find(string name) => _members.Find(member => member.Name == name);

    private ReadOnlySpan<byte> Value(string name) => Find(name) is { IsNull: false } member ? member.Json.WrittenSpan : [];

    private sealed class Member(string name)
    {
        public string Name => name;

        /// <summary>It is put together from its pieces: escaped characters. All others are a JSON value, said once or again and again.</summary>
        public bool IsText { get; private set; }

        public ArrayBufferWriter<byte> Json { get; } = new();

        public bool IsNull => !IsText && (Json.WrittenCount == 0 || Json.WrittenSpan.SequenceEqual("null"u8) || Json.WrittenSpan.SequenceEqual("\"\""u8));

        public void Add(ReadOnlySpan<byte> value)
        {
            if (IsText)
            {
                // Something encrypted that comes again is the same one.
                ReadOnlySpan<byte> piece = JsonRaw.Text(value);
                Json.Write(name == "data" && Json.WrittenSpan.SequenceEqual(piece) ? [] : piece);
            }
            else if (IsNull)
            {
                Json.ResetWrittenCount();
                IsText = name is "text" or "summary" or "data" && JsonRaw.IsText(value);
                if (IsText)
                {
                    Json.Write(JsonRaw.Text(value));
                }
                else
                {
                    JsonRaw.WriteCompact(value, Json);
                }
            }
        }

        public string Text() => IsText ? JsonUnescape.ToText(Json.WrittenSpan) : "";

        public void SetText(ReadOnlySpan<char> text)
        {
            using PooledBuffer escaped = new();
            escaped.AppendEscaped(text.ToString());
            Json.ResetWrittenCount();
            Json.Write(escaped.Span);
            IsText = true;
        }

        public bool TryGetLength(out int length) => Utf8Parser.TryParse(Json.WrittenSpan, out length, out int read) && read == Json.WrittenCount && length >= 0 && !IsText;

        public void Write(Utf8JsonWriter json, bool length)
        {
            json.WritePropertyName(name);
            if (length)
            {
                json.WriteNumberValue(Text().Length);
            }
            else if (IsText)
            {
                json.WriteStringValue(Text());
            }
            else
            {
                json.WriteRawValue(Json.WrittenSpan, skipInputValidation: true);
            }
        }
    }
}
