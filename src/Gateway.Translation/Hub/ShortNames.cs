using System.Security.Cryptography;
using System.Text;

namespace Gateway.Translation.Hub;

/// <summary>
/// Names of tools that an API takes, for those that it does not. A short name depends on nothing but the name, so that it
/// is the same on every turn and instance.
/// </summary>
internal static class ShortNames
{
    private const int HashLength = 8;

    /// <summary>A letter, a digit, <c>_</c> or <c>-</c>: what every API takes.</summary>
    public static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';

    public static string Of(string name, int maxLength, bool letterFirst = false)
    {
        int keptLength = maxLength - HashLength - 1;
        string kept = new([.. name.Take(keptLength).Select(c => IsAllowed(c) ? c : '_')]);
        if (letterFirst && !char.IsAsciiLetter(kept.FirstOrDefault()))
        {
            kept = "_" + kept[..Math.Min(kept.Length, keptLength - 1)];
        }

        return $"{kept}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength]}";
    }
}
