using System.Text;
using Gateway.Translation.Chat;

namespace Gateway.Translation.Responses;

internal enum UpstreamItemKind
{
    Message,
    Reasoning,
    Function,
    Custom,
    Search,

    /// <summary>What no other form has a word for.</summary>
    Other,
}

/// <summary>One item of a response, as far as it has come.</summary>
/// <param name="kind">What it is.</param>
/// <param name="index">Its place, where the server says one.</param>
internal sealed class UpstreamItem(UpstreamItemKind kind, int? index) : IDisposable
{
    private readonly Dictionary<int, int> _told = [];
    private readonly Queue<Action> _waiting = new();

    public UpstreamItemKind Kind => kind;

    public int? Index => index;

    /// <summary>The server's id of it; some give another one with each event.</summary>
    public string? Id
    {
        get;
        set
        {
            field = value;
            IdBytes = Encoding.UTF8.GetBytes(value ?? "");
        }
    }

    public byte[] IdBytes { get; private set; } = [];

    /// <summary>The server said that it begins, so it will say that it ends.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>The server said all of it.</summary>
    public bool IsDone { get; set; }

    /// <summary>Of a call.</summary>
    public ChatCall? Call { get; init; }

    /// <summary>Of a reasoning: from its summary and not from its text; the first that speaks is told. Null until one did.</summary>
    public bool? IsSummary { get; set; }

    /// <summary>The part that was said last; -1 before the first.</summary>
    public int LastPart { get; set; } = -1;

    /// <summary>How many sources of it were told.</summary>
    public int Cited { get; set; }

    public bool IsCall => kind is UpstreamItemKind.Function or UpstreamItemKind.Custom;

    /// <summary>It waits for its turn.</summary>
    public bool Waits => _waiting.Count > 0;

    /// <summary>How many characters of each part were told, from the first to the last that there is.</summary>
    public IEnumerable<int> Lengths => Enumerable.Range(0, LastPart + 1).Select(part => _told.GetValueOrDefault(part));

    /// <summary>How much of a part was told, in UTF-16 units.</summary>
    public int ToldOf(int part) => _told.GetValueOrDefault(part);

    public void Told(int part, int characters)
    {
        _told[part] = ToldOf(part) + characters;
        LastPart = Math.Max(LastPart, part);
    }

    /// <summary>Remembers what to tell when it is its turn.</summary>
    public void Wait(Action tell) => _waiting.Enqueue(tell);

    public void TellWaiting()
    {
        while (_waiting.TryDequeue(out Action? tell))
        {
            tell();
        }
    }

    public void Dispose() => Call?.Dispose();
}
