using Gateway.Translation.Hub;
using Gateway.Translation.Profiles;

namespace Gateway.Translation.MessagesToChat;

/// <summary>
/// OpenAI accepts 64 characters of <c>[A-Za-z0-9_-]</c> as a tool's name, Anthropic 128 and more kinds. A name that does
/// not fit gets a short one that depends on nothing but the name, so that it is the same on every turn and instance.
/// </summary>
internal sealed class ToolNames(bool letterFirst)
{
    private readonly Dictionary<string, string> _original = [];

    /// <summary>From the short names that were given out to the client's own.</summary>
    public IReadOnlyDictionary<string, string> Original => _original;

    public string ToUpstream(string name)
    {
        if (Fits(name))
        {
            return name;
        }

        string shorter = ShortNames.Of(name, OpenAiLimits.ToolName, letterFirst);
        _original[shorter] = name;
        return shorter;
    }

    private bool Fits(string name) =>
        name.Length is > 0 and <= OpenAiLimits.ToolName
        && name.All(ShortNames.IsAllowed)
        && (!letterFirst || char.IsAsciiLetter(name[0]) || name[0] == '_');
}
