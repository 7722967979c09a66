using System.Text;

namespace Gateway.Translation.Chat;

/// <summary>
/// The tags that models put around their reasoning where no server takes it out. Letters in either case.
/// </summary>
internal sealed class ThinkTag(string open, string close)
{
    private static readonly ThinkTag[] s_all =
    [
        new("<think>", "</think>"),
        new("<thinking>", "</thinking>"),
        new("<thought>", "</thought>"),
        new("<reasoning>", "</reasoning>"),
        new("<reason>", "</reason>"),
        new("[THINK]", "[/THINK]"), // Magistral
        new("<mm:think>", "</mm:think>"), // MiniMax M3
        new("<seed:think>", "</seed:think>"), // Seed OSS
        new("◁think▷", "◁/think▷"), // Kimi-VL
        new("<|begin_of_thought|>", "<|end_of_thought|>"), // OpenThinker
        new("<|START_THINKING|>", "<|END_THINKING|>"), // Command A
    ];

    private readonly byte[] _open = Encoding.UTF8.GetBytes(open);
    private readonly byte[] _close = Encoding.UTF8.GetBytes(close);

    public int OpenLength => _open.Length;

    public int CloseLength => _close.Length;

    /// <summary>The tag that the text begins with. <paramref name="undecided"/>: it is cut off where it could still become one.</summary>
    public static ThinkTag? Opening(ReadOnlySpan<byte> text, out bool undecided)
    {
        undecided = false;
        foreach (ThinkTag tag in s_all)
        {
            if (BeginsWith(text, tag._open))
            {
                return tag;
            }

            undecided |= BeginsWith(tag._open, text);
        }

        return null;
    }

    /// <summary>The first tag in the text that closes, or -1. <paramref name="decided"/>: before this there is none, whatever follows.</summary>
    public static int FindClosing(ReadOnlySpan<byte> text, out ThinkTag? tag, out int decided) =>
        FindFirst(text, opening: false, out tag, out _, out decided);

    /// <summary>The first tag in the text, of whatever kind, or -1.</summary>
    public static int FindAny(ReadOnlySpan<byte> text, out ThinkTag? tag, out bool closes, out int decided) =>
        FindFirst(text, opening: true, out tag, out closes, out decided);

    /// <summary>Where the text closes this very tag, or -1.</summary>
    public int FindClose(ReadOnlySpan<byte> text, out int decided)
    {
        for (int at = NextMark(text, 0); at >= 0; at = NextMark(text, at + 1))
        {
            bool found = BeginsWith(text[at..], _close);
            if (found || BeginsWith(_close, text[at..]))
            {
                decided = at;
                return found ? at : -1;
            }
        }

        decided = text.Length;
        return -1;
    }

    private static int FindFirst(ReadOnlySpan<byte> text, bool opening, out ThinkTag? tag, out bool closes, out int decided)
    {
        for (int at = NextMark(text, 0); at >= 0; at = NextMark(text, at + 1))
        {
            ReadOnlySpan<byte> rest = text[at..];
            foreach (ThinkTag candidate in s_all)
            {
                closes = BeginsWith(rest, candidate._close);
                bool found = closes || (opening && BeginsWith(rest, candidate._open));
                if (found || BeginsWith(candidate._close, rest) || (opening && BeginsWith(candidate._open, rest)))
                {
                    tag = found ? candidate : null;
                    decided = at;
                    return found ? at : -1;
                }
            }
        }

        (tag, closes, decided) = (null, false, text.Length);
        return -1;
    }

    /// <summary>Every tag begins with <c>&lt;</c>, <c>[</c> or the first byte of <c>◁</c>.</summary>
    private static int NextMark(ReadOnlySpan<byte> text, int from)
    {
        int at = text[from..].IndexOfAny((byte)'<', (byte)'[', (byte)0xE2);
        return at < 0 ? -1 : from + at;
    }

    private static bool BeginsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> start)
    {
        if (text.Length < start.Length)
        {
            return false;
        }

        for (int i = 0; i < start.Length; i++)
        {
            if (text[i] != start[i] && (!char.IsAsciiLetter((char)text[i]) || (text[i] | 0x20) != (start[i] | 0x20)))
            {
                return false;
            }
        }

        return true;
    }
}
