using System.Text;
using System.Text.Json;
using Gateway.Translation.Hub.Requests;
using Gateway.Translation.Json;
using Gateway.Translation.Messages;

namespace Gateway.Translation.ResponsesToMessages;

/// <summary>
/// Reads a <c>reasoning</c> item that comes back. What the gateway packed is unpacked: Claude's thought with Claude's own
/// signature, any other under the gateway's. What another server encrypted means nothing to anyone here.
/// </summary>
internal static class ReasoningEnvelope
{
    /// <summary>Null when nothing of it can go on.</summary>
    public static MessageBlock? Read(JsonElement item)
    {
        JsonElement[] texts = Texts(item.Member("summary"u8));
        texts = texts.Length > 0 ? texts : Texts(item.Member("content"u8));
        JsonElement state = item.Member("encrypted_content"u8);
        ThinkingSignature? own = ThinkingSignature.TryDecode(state.AsText());
        if (own?.Redacted is { } redacted)
        {
            return new MessageBlock.RedactedThinking(ToElement(redacted));
        }

        if (own?.Claude is { } signature)
        {
            if (own.Text is null && own.TextHash != ThinkingSignature.Hash(Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => text.Text())))))
            {
                // Somebody changed the text, and Claude would refuse the whole request.
                return null;
            }

            // The signature is over the whole text, also where the client was told none of it.
            return new MessageBlock.Thinking(own.Text is { } hidden ? [ToElement(hidden)] : texts, ToElement(signature));
        }

        return own is not null ? new MessageBlock.Thinking(texts, state)
            : !state.Exists() && texts.Length > 0 ? new MessageBlock.Thinking(texts, default)
            : null;
    }

    private static JsonElement[] Texts(JsonElement parts) => [.. parts.Items().Select(part => part.Member("text"u8)).Where(text => text.IsText())];

    private static JsonElement ToElement(string text) => JsonElement.Parse([(byte)'"', .. JsonEncodedText.Encode(text, JsonFormat.WriterOptions.Encoder).EncodedUtf8Bytes, (byte)'"']);
}
