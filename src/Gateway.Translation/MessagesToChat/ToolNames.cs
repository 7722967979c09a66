using System.Security.Cryptography;
using System.Text;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// OpenAI accepts 64 characters of <c>[A-Za-z0-9_-]</c> as a tool's name, Anthropic 128 and more kinds. A name that does
/// not fit gets a short one that depends on nothing but the name, so that it is the same on every turn and instance.
/// </summary>
internal sealed class ToolNames(bool letterFirst)
{
    private const int KeptLength = OpenAiLimits.ToolName - 9;
    private readonly Dictionary<string, string> _original = [];

    /// <summary>From the short names that were given out to the client's own.</summary>
    public IReadOnlyDictionary<string, string> Original => _original;

    public string ToUpstream(string name)
    {
        if (Fits(name))
        {
            return name;
        }

        string kept = new([.. name.Take(KeptLength).Select(c => IsAllowed(c) ? c : '_')]);
        if (letterFirst && !char.IsAsciiLetter(kept.FirstOrDefault()))
        {
            kept = "_" + kept[..Math.Min(kept.Length, KeptLength - 1)];
        }

        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8];
        string shorter = $"{kept}_{hash}";
        _original[shorter] = name;
        return shorter;
    }

    private bool Fits(string name) =>
        name.Length is > 0 and <= OpenAiLimits.ToolName
        && name.All(IsAllowed)
        && (!letterFirst || char.IsAsciiLetter(name[0]) || name[0] == '_');

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
}
