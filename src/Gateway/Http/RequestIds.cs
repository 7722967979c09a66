using System.Security.Cryptography;

namespace Gateway.Http;

/// <summary>Random ids in the form of Anthropic's: a prefix and 24 characters of base 62.</summary>
internal static class RequestIds
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string New(string prefix) => prefix + RandomNumberGenerator.GetString(Base62, 24);
}
