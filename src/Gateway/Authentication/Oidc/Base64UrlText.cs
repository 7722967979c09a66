using System.Buffers;
using System.Buffers.Text;

namespace Gateway.Authentication.Oidc;

/// <summary>base64url as JOSE has it: no padding, no white space, nothing but its 64 characters.</summary>
internal static class Base64UrlText
{
    private static readonly SearchValues<char> s_alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Null when it is none. The decoder by itself would let padding and white space pass.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(s_alphabet) || text.Length % 4 == 1)
        {
            return null;
        }

        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        OperationStatus status = Base64Url.DecodeFromChars(text, bytes, out _, out int written);
        return status == OperationStatus.Done ? bytes[..written] : null;
    }
}
