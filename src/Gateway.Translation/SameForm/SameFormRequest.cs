using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Prepares a request for an upstream that speaks the client's own form: another model name, nothing that would choose a
/// model beside it (<see cref="Selectors"/>), and else the client's bytes, unknown fields, key order and white space included.
/// </summary>
public static class SameFormRequest
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
            if (!Selectors.Replace(body, Quote(model), edits, report))
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
    /// <param name="report">Hears what was dropped.</param>
    /// <param name="output">Takes the body.</param>
    /// <param name="usage">What the gateway wrote so that it learns the usage of a stream.</param>
    public static GatewayError? WriteChat(ReadOnlySpan<byte> body, string model, bool askForUsage, TranslationReport report, IBufferWriter<byte> output, out UsageWish usage)
    {
        usage = UsageWish.Clients;
        ByteEdits edits = new();
        try
        {
            if (!Selectors.Replace(body, Quote(model), edits, report))
            {
                return GatewayError.InvalidRequest("model: Field required");
            }

            usage = askForUsage ? AskForUsage(body, edits) : UsageWish.Clients;
        }
        catch (JsonException)
        {
            return GatewayError.InvalidRequest("The request body is not valid JSON.");
        }

        edits.Apply(body, output);
        return null;
    }

    private static UsageWish AskForUsage(ReadOnlySpan<byte> body, ByteEdits edits)
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
            return UsageWish.Clients;
        }

        if (options.Length == 0)
        {
            edits.Insert(lastEnd, (byte[])[(byte)',', .. s_includeUsage]);
            return UsageWish.Added;
        }

        ReadOnlySpan<byte> value = body.Slice(options.Start, options.Length);
        if (value[0] != '{')
        {
            edits.Replace(options.Start, options.Length, "{\"include_usage\":true}"u8.ToArray());
            return UsageWish.Changed;
        }

        return AskInside(value, options.Start, edits) ? UsageWish.Changed : UsageWish.Clients;
    }

    private static bool AskInside(ReadOnlySpan<byte> options, int start, ByteEdits edits)
    {
        JsonFields fields = new(options);
        (bool any, bool asked, bool changed) = (false, false, false);
        while (fields.MoveNext())
        {
            any = true;
            bool exact = fields.NameIs("include_usage"u8);
            asked |= exact;

            // Servers differ in which of two they obey, and some do not mind the case: reasoning shows in the usage alone.
            if ((exact || Ascii.EqualsIgnoreCase(fields.Name, "include_usage"u8)) && !fields.Value.SequenceEqual("true"u8))
            {
                edits.Replace(start + fields.Start, fields.Value.Length, "true"u8.ToArray());
                changed = true;
            }
        }

        if (asked)
        {
            return changed;
        }

        edits.Insert(start + 1, any ? "\"include_usage\":true,"u8.ToArray() : "\"include_usage\":true"u8.ToArray());
        return true;
    }

    internal static byte[] Quote(string text) => [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
}

/// <summary>Whose wish the usage at the end of a stream is.</summary>
public enum UsageWish
{
    /// <summary>The client's, or nobody's: its bytes stayed as they were.</summary>
    Clients,

    /// <summary>The gateway's, inside options that the client sent. The chunk with the usage must not reach the client.</summary>
    Changed,

    /// <summary>The gateway's alone: it wrote stream_options, and can leave them out again.</summary>
    Added,
}
