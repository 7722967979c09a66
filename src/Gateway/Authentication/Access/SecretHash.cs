using System.Security.Cryptography;
using System.Text;

namespace Gateway.Authentication.Access;

/// <summary>
/// SHA-256 of a secret. Secrets are 256 random bits, so there is nothing to guess and a slow or salted hash would
/// only cost time. Every comparison takes the same time.
/// </summary>
public sealed class SecretHash : IEquatable<SecretHash>
{
    private readonly byte[] _value;

    /// <summary>Equals the hash of no secret: all zeros, made of nothing.</summary>
    public static SecretHash OfNothing { get; } = new(new byte[SHA256.HashSizeInBytes]);

    private SecretHash(byte[] value) => _value = value;

    public static SecretHash Of(ReadOnlySpan<char> secret)
    {
        int length = Encoding.UTF8.GetByteCount(secret);
        Span<byte> utf8 = length <= 512 ? stackalloc byte[length] : new byte[length];
        try
        {
            Encoding.UTF8.GetBytes(secret, utf8);
            return new SecretHash(SHA256.HashData(utf8));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
        }
    }

    /// <summary>Null when the stored text is no such hash.</summary>
    public static SecretHash? FromStored(string? text)
    {
        byte[] value = new byte[SHA256.HashSizeInBytes];
        return text is not null && Convert.TryFromBase64String(text, value, out int written) && written == value.Length
            ? new SecretHash(value)
            : null;
    }

    public string ToStored() => Convert.ToBase64String(_value);

    public bool Equals(SecretHash? other) => other is not null && CryptographicOperations.FixedTimeEquals(_value, other._value);

    public override bool Equals(object? obj) => Equals(obj as SecretHash);

    public override int GetHashCode() => BitConverter.ToInt32(_value);

    /// <summary>Says nothing: this may end up in a log by way of a record that holds it.</summary>
    public override string ToString() => nameof(SecretHash);
}
