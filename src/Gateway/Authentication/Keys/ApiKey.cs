using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gateway.Authentication.Access;

namespace Gateway.Authentication.Keys;

/// <summary>What a text turned out to be, seen without any storage.</summary>
internal enum ApiKeyForm
{
    /// <summary>It does not even begin like one of our keys.</summary>
    Foreign,

    /// <summary>It begins like one, but was cut, changed or mistyped.</summary>
    Damaged,

    Sound,
}

/// <summary>
/// The text form of a key: <c>mgw_</c>, the visible id, <c>_</c>, the secret (43 characters of base 62: 256 bits) and a
/// checksum over all of that. Instances hold the hash only; the text exists in the hands of whoever got it.
/// </summary>
internal sealed class ApiKey
{
    public const string Prefix = "mgw_";

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string IdAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 12;
    private const int SecretLength = 43;
    private const int ChecksumLength = 6;
    private const int SecretAt = 4 + IdLength + 1;
    private const int ChecksumAt = SecretAt + SecretLength;
    private const int Length = ChecksumAt + ChecksumLength;

    private static readonly SearchValues<char> s_base62 = SearchValues.Create(Base62);
    private static readonly SearchValues<char> s_idAlphabet = SearchValues.Create(IdAlphabet);

    private ApiKey(string id, SecretHash hash)
    {
        Id = id;
        Hash = hash;
    }

    /// <summary>The part that lists, logs and audit rows show.</summary>
    public string Id { get; }

    public SecretHash Hash { get; }

    /// <summary>Makes a new id, or a new secret for the id given. The text is returned this once.</summary>
    public static (ApiKey Key, string Text) Generate(string? id = null)
    {
        id ??= RandomNumberGenerator.GetString(IdAlphabet, IdLength);
        string body = $"{Prefix}{id}_{RandomNumberGenerator.GetString(Base62, SecretLength)}";
        string text = string.Concat(body, Checksum(body, stackalloc char[ChecksumLength]));
        return (new ApiKey(id, SecretHash.Of(text)), text);
    }

    public static ApiKeyForm Read(ReadOnlySpan<char> text, out ApiKey? key)
    {
        key = null;
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return ApiKeyForm.Foreign;
        }

        if (text.Length != Length || text[SecretAt - 1] != '_' || !IsId(text[Prefix.Length..(SecretAt - 1)])
            || text[SecretAt..].ContainsAnyExcept(s_base62)
            || !text[ChecksumAt..].SequenceEqual(Checksum(text[..ChecksumAt], stackalloc char[ChecksumLength])))
        {
            return ApiKeyForm.Damaged;
        }

        key = new ApiKey(text[Prefix.Length..(SecretAt - 1)].ToString(), SecretHash.Of(text));
        return ApiKeyForm.Sound;
    }

    /// <summary>True for what may stand as an id, so that nothing else is ever asked of the storage.</summary>
    public static bool IsId(ReadOnlySpan<char> id) => id.Length == IdLength && !id.ContainsAnyExcept(s_idAlphabet);

    /// <summary>32 bits of a hash: finds every likely typo, and gives nothing away that the text does not hold itself.</summary>
    private static ReadOnlySpan<char> Checksum(ReadOnlySpan<char> body, Span<char> six)
    {
        Span<byte> bytes = stackalloc byte[ChecksumAt];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.ASCII.GetBytes(body, bytes)], hash);
        uint value = BinaryPrimitives.ReadUInt32BigEndian(hash);
        for (int i = six.Length - 1; i >= 0; i--)
        {
            six[i] = Base62[(int)(value % 62)];
            value /= 62;
        }

        return six;
    }
}
