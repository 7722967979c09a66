using System.Text;
using System.Text.Json;
using Gateway.Translation.Json;

namespace Gateway.Translation.Hub;

/// <summary>The input of a call that the client knows in another form: it is changed when it is whole.</summary>
/// <param name="properties">From names of properties as the model knows them to the client's own; null for a free-text tool.</param>
internal sealed class HeldInput(IReadOnlyDictionary<string, string>? properties) : IDisposable
{
    /// <summary>Escaped as it came: a character may be cut between two pieces.</summary>
    private readonly PooledBuffer _escaped = new(256);

    public void Append(JsonText piece) => piece.AppendEscaped(_escaped);

    /// <summary>Writes what the client waits for; false when nothing came.</summary>
    public bool WriteTo(IAnswerSink sink, int block)
    {
        if (_escaped.Length == 0 && properties is not null)
        {
            return false;
        }

        using PooledBuffer input = new(_escaped.Length);
        JsonUnescape.Append(_escaped.Span, input);
        try
        {
            if (properties is not null)
            {
                using PooledBuffer renamed = new(input.Length + 64);
                Rename(input.Span, properties, renamed);
                sink.Append(block, JsonText.Plain(renamed.Span));
                return true;
            }

            ReadOnlySpan<byte> text = JsonFields.Find(input.Span, "input"u8);
            if (JsonRaw.IsText(text))
            {
                sink.Append(block, JsonText.Escaped(JsonRaw.Text(text)));
                return true;
            }
        }
        catch (JsonException)
        {
            // Cut short or not JSON at all: the client gets what was written.
        }

        sink.Append(block, JsonText.Plain(input.Span));
        return true;
    }

    public void Dispose() => _escaped.Dispose();

    /// <summary>What the model did not take from the schema, a name of an earlier turn above all, is the client's already.</summary>
    private static void Rename(ReadOnlySpan<byte> input, IReadOnlyDictionary<string, string> names, PooledBuffer output)
    {
        ByteEdits edits = new();
        JsonFields fields = new(input);
        while (fields.MoveNext())
        {
            if (names.TryGetValue(JsonUnescape.ToText(fields.Name), out string? name))
            {
                // With its quotes.
                edits.Replace(fields.NameStart, fields.Name.Length + 2, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(name, JsonFormat.WriterOptions.Encoder)}\""));
            }
        }

        JsonRaw.ThrowIfMore(input);
        edits.Apply(input, output);
    }
}
