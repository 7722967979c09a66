using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Json;

namespace Gateway.Translation.Native;

/// <summary>
/// Prepares a request for an upstream that speaks the client's own form: another model name, and else the client's
/// bytes, unknown fields, key order and white space included.
/// </summary>
public static class NativeRequest
{
    private static readonly byte[] s_includeUsage = "\"stream_options\":{\"include_usage\":true}"u8.ToArray();

    /// <summary>
    /// Writes a Messages body for an Anthropic upstream. Thinking that this gateway signed for other models is taken out,
    /// because Anthropic refuses signatures that are not its own.
    /// </summary>
    public static GatewayError? WriteMessages(ReadOnlySpan<byte> body, string model, TranslationReport report, IBufferWriter<byte> output)
    {
        ByteEdits edits = new();
        try
        {
            if (!ReplaceModel(body, model, edits))
            {
                return GatewayError.InvalidRequest("model: Field required");
            }

            ForeignThinking.Remove(body, edits, report);
        }
        catch (JsonException)
        {
            return GatewayError.InvalidRequest("The request body is not valid JSON.");
        }

        edits.Apply(body, output);
        return null;
    }

    /// <summary>Writes a Chat body for an OpenAI upstream.</summary>
    /// <param name="body">The client's body.</param>
    /// <param name="model">The model's name at the upstream.</param>
    /// <param name="askForUsage">
    /// Ask for usage in a stream even where the client did not; false for upstreams that do not know stream_options.
    /// </param>
    /// <param name="output">Takes the body.</param>
    /// <param name="swallowUsage">True when the chunk with the usage was not the client's wish and must not reach it.</param>
    public static GatewayError? WriteChat(ReadOnlySpan<byte> body, string model, bool askForUsage, IBufferWriter<byte> output, out bool swallowUsage)
    {
        swallowUsage = false;
        ByteEdits edits = new();
        try
        {
            if (!ReplaceModel(body, model, edits))
            {
                return GatewayError.InvalidRequest("model: Field required");
            }

            swallowUsage = askForUsage && AskForUsage(body, edits);
        }
        catch (JsonException)
        {
            return GatewayError.InvalidRequest("The request body is not valid JSON.");
        }

        edits.Apply(body, output);
        return null;
    }

    /// <summary>Walks the whole body, so that what is not JSON is found here and not at the upstream.</summary>
    private static bool ReplaceModel(ReadOnlySpan<byte> body, string model, ByteEdits edits)
    {
        byte[] name = Quote(model);
        bool found = false;
        JsonFields fields = new(body);
        while (fields.MoveNext())
        {
            if (fields.NameIs("model"u8))
            {
                found |= JsonRaw.IsText(fields.Value);
                edits.Replace(fields.Start, fields.Value.Length, name);
            }
        }

        return found;
    }

    private static bool AskForUsage(ReadOnlySpan<byte> body, ByteEdits edits)
    {
        bool stream = false;
        (int Start, int Length) options = default;
        int lastEnd = 0;
        JsonFields fields = new(body);
        while (fields.MoveNext())
        {
            lastEnd = fields.Start + fields.Value.Length;
            if (fields.NameIs("stream"u8))
            {
                stream = fields.Value.SequenceEqual("true"u8);
            }
            else if (fields.NameIs("stream_options"u8))
            {
                options = (fields.Start, fields.Value.Length);
            }
        }

        if (!stream)
        {
            return false;
        }

        if (options.Length == 0)
        {
            edits.Insert(lastEnd, (byte[])[(byte)',', .. s_includeUsage]);
            return true;
        }

        ReadOnlySpan<byte> value = body.Slice(options.Start, options.Length);
        if (value[0] != '{')
        {
            edits.Replace(options.Start, options.Length, "{\"include_usage\":true}"u8.ToArray());
            return true;
        }

        return AskInside(value, options.Start, edits);
    }

    private static bool AskInside(ReadOnlySpan<byte> options, int start, ByteEdits edits)
    {
        JsonFields fields = new(options);
        bool any = false;
        while (fields.MoveNext())
        {
            any = true;
            if (fields.NameIs("include_usage"u8))
            {
                if (fields.Value.SequenceEqual("true"u8))
                {
                    return false;
                }

                edits.Replace(start + fields.Start, fields.Value.Length, "true"u8.ToArray());
                return true;
            }
        }

        edits.Insert(start + 1, any ? "\"include_usage\":true,"u8.ToArray() : "\"include_usage\":true"u8.ToArray());
        return true;
    }

    internal static byte[] Quote(string text) => [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
}
