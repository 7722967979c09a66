using System.Text.Json;
using Gateway.Translation.Messages;
using Gateway.Translation.Tokens;

namespace Gateway.Translation.SameForm;

/// <summary>What the events of a relayed stream of Messages say.</summary>
internal static class SpokenFrames
{
    /// <summary>What cannot be read says nothing.</summary>
    /// <param name="spoken">Counts it.</param>
    /// <param name="data">An event of Messages.</param>
    public static void AddEvent(this ref SpokenText spoken, ReadOnlySpan<byte> data)
    {
        try
        {
            MessagesEvent next = MessagesEvent.Read(data);
            spoken.AddDelta(next.DeltaType, next.DeltaText);
            spoken.AddBlock(next.Block);
        }
        catch (JsonException)
        {
            // A relay gives it to the client as it came.
        }
    }

    /// <summary>Most of a relayed stream: a delta as Anthropic writes it, in which nothing has to be searched for.</summary>
    public static void AddFrame(this ref SpokenText spoken, ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> mark = "\"delta\":{\"type\":\""u8;
        int at = frame.IndexOf(mark);
        ReadOnlySpan<byte> delta = at < 0 ? [] : frame[(at + mark.Length)..];
        ReadOnlySpan<byte> text = "text_delta\",\"text\":\""u8;
        ReadOnlySpan<byte> input = "input_json_delta\",\"partial_json\":\""u8;
        ReadOnlySpan<byte> thinking = "thinking_delta\",\"thinking\":\""u8;
        int head = delta.StartsWith(text) ? text.Length : delta.StartsWith(input) ? input.Length : delta.StartsWith(thinking) ? thinking.Length : 0;
        if (head > 0)
        {
            spoken.Add(UpToQuote(delta[head..]));
        }
        else
        {
            spoken.AddEvent(frame[Math.Max(0, frame.IndexOf((byte)'{'))..].TrimEnd("\r\n"u8));
        }
    }

    private static ReadOnlySpan<byte> UpToQuote(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (text[at..].IndexOfAny((byte)'"', (byte)'\\') is var next && next >= 0)
        {
            at += next;
            if (text[at] == '"')
            {
                return text[..at];
            }

            at = Math.Min(at + 2, text.Length);
        }

        return text;
    }
}
