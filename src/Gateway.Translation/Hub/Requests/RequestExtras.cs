using System.Text.Json;

namespace Gateway.Translation.Hub.Requests;

/// <summary>
/// The side table of a request: what its client said and Messages has no word for, or only a poorer one. A writer for
/// an upstream that knows the word takes it from here; a writer for Claude says what it leaves out. The values are
/// parts of the client's body, which must live as long.
/// </summary>
internal sealed class RequestExtras
{
    /// <summary>A client of Messages has said everything in its body.</summary>
    public static readonly RequestExtras None = new([], [], [], null);

    private readonly List<Entry> _entries;
    private readonly List<HubTool> _custom;

    public RequestExtras(List<Entry> entries, List<HubTool> tools, IReadOnlyList<OtherTool> otherTools, IReadOnlySet<string>? allowedTools)
    {
        _entries = entries;
        _custom = tools.FindAll(tool => tool.IsCustom);
        (OtherTools, AllowedTools) = (otherTools, allowedTools);
    }

    /// <param name="Knob">What it is.</param>
    /// <param name="Name">How the client called it.</param>
    /// <param name="Value">What the client wants, never null.</param>
    public readonly record struct Entry(Knob Knob, string Name, JsonElement Value)
    {
        /// <summary>The name for a report. It becomes a header: a made-up name must not end up there.</summary>
        public string PlainName => Name.Length is > 0 and <= 40 && Name.All(c => char.IsAsciiLetterLower(c) || c == '_') ? Name : "other";
    }

    /// <summary>A tool of a kind that only the client's own API knows.</summary>
    /// <param name="Declaration">The whole of it.</param>
    /// <param name="Path">Where it stands, for errors.</param>
    public readonly record struct OtherTool(JsonElement Declaration, string Path);

    /// <summary>The client speaks an API of OpenAI's, so that it means OpenAI's rules.</summary>
    public bool FromOpenAi => !ReferenceEquals(this, None);

    /// <summary>In the order of the client's body, each knob once.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public IReadOnlyList<OtherTool> OtherTools { get; }

    /// <summary>The tools that may be called, where the client named some of those it declared.</summary>
    public IReadOnlySet<string>? AllowedTools { get; }

    /// <summary>The knob's value, or an undefined element.</summary>
    public JsonElement this[Knob knob]
    {
        get
        {
            foreach (Entry entry in _entries)
            {
                if (entry.Knob == knob)
                {
                    return entry.Value;
                }
            }

            return default;
        }
    }

    public bool Has(Knob knob) => this[knob].ValueKind != JsonValueKind.Undefined;

    /// <summary>Whether the tool's input is text: Messages can only say it as an object that holds the text.</summary>
    public bool IsCustom(string tool) => Custom(tool).ValueKind != JsonValueKind.Undefined;

    /// <summary>The declaration of a custom tool, with the grammar of its input; an undefined element for other tools.</summary>
    public JsonElement Custom(string tool)
    {
        foreach (HubTool custom in _custom)
        {
            if (custom.Name == tool)
            {
                return custom.Declaration;
            }
        }

        return default;
    }
}
