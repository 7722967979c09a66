using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Translation.Errors;
using Gateway.Translation.Hub;
using Gateway.Translation.Json;

namespace Gateway.Translation.SameForm;

/// <summary>
/// Prepares a request for an upstream that speaks the client's own form: another model name, nothing that would choose a
/// model beside it (<see cref="Selectors"/>), the smallest edit for each thing that the upstream is known to refuse, and
/// else the client's bytes, unknown fields, key order and white space included.
/// </summary>
public static class SameFormRequest
{
    /// <summary>
    /// Writes a Messages body for an Anthropic upstream. Thinking that it did not sign is taken out, because
    /// Anthropic refuses signatures that are not its own.
    /// </summary>
    public static GatewayError? WriteMessages(ReadOnlySpan<byte> body, RelayTarget target, TranslationReport report, IBufferWriter<byte> output)
    {
        try
        {
            RelayDraft draft = new(body, target, report);
            if (!Selectors.Replace(draft))
            {
                return GatewayError.InvalidRequest("model: Field required");
            }

            ForeignThinking.Remove(body, target.Foreign, draft.Edits, report);
            if (MessagesFit.Apply(draft) is { } refused)
            {
                return refused;
            }

            if (!FieldStrips.MayHold(body, target.StripFields))
            {
                Write(draft, output);
                return null;
            }

            // In a step of its own, so that no two edits tear at one comma.
            using PooledBuffer fitted = new(body.Length + 256);
            Write(draft, fitted);
            RelayDraft stripped = new(fitted.Span, target, report);
            GatewayError? error = FieldStrips.Apply(stripped);
            Write(stripped, output);
            return error;
        }
        catch (JsonException)
        {
            return GatewayError.InvalidRequest("The request body is not valid JSON.");
        }
    }

    /// <summary>Writes a Chat body for an OpenAI upstream.</summary>
    /// <param name="body">The client's body.</param>
    /// <param name="target">Where it goes, and what that is known to refuse.</param>
    /// <param name="report">Hears what was dropped or changed.</param>
    /// <param name="output">Takes the body.</param>
    /// <param name="usage">Whose wish the usage at the end of a stream is.</param>
    public static GatewayError? WriteChat(ReadOnlySpan<byte> body, RelayTarget target, TranslationReport report, IBufferWriter<byte> output, out UsageWish usage)
    {
        usage = UsageWish.Clients;
        try
        {
            RelayDraft draft = new(body, target, report);
            IReadOnlySet<string>? onlyTools = ChatToolFit.OnlyTools(draft);
            if (!Selectors.Replace(draft, onlyTools))
            {
                return GatewayError.InvalidRequest("model: Field required");
            }

            usage = ChatStreamFit.Apply(draft);
            ChatToolFit.Apply(draft, onlyTools);
            ChatFunctionFit.Apply(draft);
            ChatFormatFit.Apply(draft);
            ChatKnobFit.Apply(draft);
            ChatTurnFit.Apply(draft);
            ChatMessageFit.Apply(draft);
            ChatSignatureFit.Apply(draft);
            Write(draft, output);
            return null;
        }
        catch (JsonException)
        {
            return GatewayError.InvalidRequest("The request body is not valid JSON.");
        }
    }

    /// <summary>Writes a Responses body for a server of that form. Nothing may be kept there, and nothing opened that is.</summary>
    public static GatewayError? WriteResponses(ReadOnlySpan<byte> body, RelayTarget target, TranslationReport report, IBufferWriter<byte> output)
    {
        try
        {
            RelayDraft draft = new(body, target, report);
            if (KeptThings.Find(draft) is { } kept)
            {
                return kept;
            }

            if (!Selectors.Replace(draft))
            {
                return GatewayError.InvalidRequest("model: Field required");
            }

            ResponsesFit.Apply(draft);
            if (ResponsesItemFit.Apply(draft) is { } error)
            {
                return error;
            }

            Write(draft, output);
            return null;
        }
        catch (JsonException)
        {
            return GatewayError.InvalidRequest("The request body is not valid JSON.");
        }
    }

    private static void Write(RelayDraft draft, IBufferWriter<byte> output)
    {
        draft.Members.Apply(draft.Edits);
        draft.Edits.Apply(draft.Body, output);
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
