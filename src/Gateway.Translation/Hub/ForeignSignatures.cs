using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>
/// Which signed reasoning of a request its target did not make. Only the maker can read and check it, and servers refuse
/// the whole request for one signature that is not theirs: Claude's thinking, Gemini's thought signatures, encrypted
/// reasoning. What came after a move the new target made, so the next requests of the conversation are told by a mark
/// where the foreign part ends.
/// </summary>
/// <param name="moved">The last answer came from somebody else.</param>
/// <param name="refused">The target has just refused a signature of this request.</param>
/// <param name="marks">Of earlier moves: the ends of signatures, the last foreign ones of their time.</param>
public sealed class ForeignSignatures(bool moved, bool refused, IReadOnlyList<byte[]> marks)
{
    /// <summary>The parameter that a target refuses with a signature; no request has one of that name.</summary>
    public const string Parameter = RejectedParameters.Signatures;

    /// <summary>Enough of a signature to know it again.</summary>
    private const int MarkLength = 64;

    public static readonly ForeignSignatures None = new(moved: false, refused: false, []);

    /// <summary>The mark of the last one that was taken out of the request; null when nothing was that the marks did not say.</summary>
    public byte[]? Last { get; private set; }

    /// <summary>The target has just refused a signature, so those that say they are its own are not trusted, either.</summary>
    internal bool Refused => refused;

    /// <summary>How far the foreign part of a body or a message goes; 0 when none of it is foreign.</summary>
    internal int EndIn(ReadOnlySpan<byte> json)
    {
        if (moved || refused)
        {
            return int.MaxValue;
        }

        int end = 0;
        foreach (byte[] mark in marks)
        {
            end = Math.Max(end, json.LastIndexOf(mark) + 1);
        }

        return end;
    }

    /// <summary>How many messages from the first are foreign although they may say otherwise.</summary>
    internal int CountIn(JsonElement messages)
    {
        if (refused)
        {
            return int.MaxValue;
        }

        int count = 0;
        int at = 0;
        foreach (JsonElement message in marks.Count > 0 ? messages.Items() : default)
        {
            at++;
            ReadOnlySpan<byte> json = JsonFormat.Raw(message);
            foreach (byte[] mark in marks)
            {
                count = json.IndexOf(mark) >= 0 ? at : count;
            }
        }

        return count;
    }

    /// <summary>Hears of each that is taken out, from the first to the last.</summary>
    /// <param name="value">As it is written, with its quotes.</param>
    internal void Note(ReadOnlySpan<byte> value)
    {
        if ((moved || refused) && JsonRaw.IsText(value) && value.Length > 2)
        {
            Last = value[Math.Max(0, value.Length - MarkLength)..].ToArray();
        }
    }
}
