using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.Messages;

/// <summary>
/// Ids of tool calls across both APIs. Every mapping depends on the id alone: the client sends it back to whichever
/// instance serves the next turn.
/// </summary>
internal static class ToolCallIds
{
    /// <summary>Marks an id that wraps an upstream's own, which holds characters that Anthropic does not allow.</summary>
    private const string WrappedPrefix = "toolu_gwy_";
    private const int MistralLength = 9;
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>An id that Anthropic clients accept; <see cref="Unwrap"/> gives the original back.</summary>
    public static string ToClient(string id) =>
        id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            ? id
            : WrappedPrefix + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(id));

    /// <summary>The upstream's own id, if that is what the client's holds.</summary>
    public static string Unwrap(string id) =>
        id.StartsWith(WrappedPrefix, StringComparison.Ordinal) && TryUnwrap(id.AsSpan(WrappedPrefix.Length)) is { } original ? original : id;

    /// <summary>The id where it fits, else a short one that depends on nothing but the id: call and result keep belonging together.</summary>
    public static string Fit(string id, ToolIdFormat format) => format switch
    {
        ToolIdFormat.Mistral when !(id.Length == MistralLength && id.All(char.IsAsciiLetterOrDigit)) => Digest(id, MistralLength),
        ToolIdFormat.OpenAi when id.Length > OpenAiLimits.CallId => "call_" + Digest(id, 24),
        _ => id,
    };

    /// <summary>An id for the n-th call of an answer whose upstream gave none.</summary>
    public static string Create(string messageId, int index) => "toolu_" + Digest($"{messageId}:{index}", 24);

    /// <summary>The first characters of a hash in base 62.</summary>
    public static string Digest(string text, int length)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return string.Create(length, hash, static (chars, hash) =>
        {
            for (int i = 0; i < chars.Length; i++)
            {
                chars[i] = Base62[hash[i] % Base62.Length];
            }
        });
    }

    private static string? TryUnwrap(ReadOnlySpan<char> encoded)
    {
        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(encoded.Length)];
        return Base64Url.IsValid(encoded) && Base64Url.TryDecodeFromChars(encoded, bytes, out int length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : null;
    }
}
