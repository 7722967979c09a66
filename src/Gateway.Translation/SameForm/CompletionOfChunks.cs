using System.Globalization;
using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>Makes one chat completion of chunks, when the upstream streams and the client wants the answer whole.</summary>
internal sealed class CompletionOfChunks
{
    private readonly JoinedJson _completion = new("{}"u8);
    private readonly SortedDictionary<int, JoinedJson> _choices = [];

    /// <summary>Takes one chunk, or a whole completion that came as an event.</summary>
    public void Add(ReadOnlySpan<byte> chunk)
    {
        JsonFields fields = new(chunk);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("choices"u8))
            {
                _completion.Member("choices", "[]"u8);
                AddChoices(fields.Value);
            }
            else if (!fields.Value.SequenceEqual("null"u8))
            {
                _completion.Set(Encoding.UTF8.GetString(fields.Name), fields.Value);
            }
        }
    }

    /// <summary>The completion. A choice that nobody has finished is finished by the end of the stream.</summary>
    public void Write(PooledBuffer output)
    {
        _completion.Set("object", "\"chat.completion\""u8);
        JoinedJson choices = _completion.Member("choices", "[]"u8);
        foreach (JoinedJson choice in _choices.Values)
        {
            JoinedJson message = choice.Member("message", "{}"u8);
            message.Member("role", "\"assistant\""u8);
            if (message.Find("content") is null)
            {
                message.Set("content", "null"u8);
            }

            IReadOnlyList<JoinedJson> calls = message.Find("tool_calls")?.Items() ?? [];
            foreach (JoinedJson call in calls)
            {
                call.Remove("index");
            }

            choice.Member("finish_reason", calls.Count > 0 ? "\"tool_calls\""u8 : "\"stop\""u8);
            using PooledBuffer written = new();
            choice.Write(written);
            choices.Add([(byte)'[', .. written.Span, (byte)']']);
        }

        _completion.Write(output);
    }

    private void AddChoices(ReadOnlySpan<byte> choices)
    {
        JsonItems items = new(choices);
        while (items.MoveNext())
        {
            ReadOnlySpan<byte> number = JsonFields.Find(items.Value, "index"u8);
            int index = number.IsEmpty ? 0
                : int.TryParse(number, CultureInfo.InvariantCulture, out int said) ? said
                : throw new JsonException();
            if (!_choices.TryGetValue(index, out JoinedJson? choice))
            {
                _choices[index] = choice = new JoinedJson("{}"u8);
                choice.Set("index", Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture)));
                choice.Set("message", "{}"u8);
            }

            AddChoice(items.Value, choice);
        }
    }

    private static void AddChoice(ReadOnlySpan<byte> piece, JoinedJson choice)
    {
        JsonFields fields = new(piece);
        while (fields.MoveNext())
        {
            string name = Encoding.UTF8.GetString(fields.Name);
            if (name is "delta" or "message")
            {
                choice.Member("message", "{}"u8).Add(fields.Value);
            }
            else if (fields.Value[0] is (byte)'{' or (byte)'[')
            {
                choice.Add(name, fields.Value);
            }
            else if (name != "index" && !fields.Value.SequenceEqual("null"u8))
            {
                choice.Set(name, fields.Value);
            }
        }
    }
}
