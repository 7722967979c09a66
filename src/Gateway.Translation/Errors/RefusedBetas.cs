using System.Text.RegularExpressions;

namespace Gateway.Translation.Errors;

/// <summary>Betas that a server does not know and refuses the request for: it is asked once more without them.</summary>
public static partial class RefusedBetas
{
    public const string Header = "anthropic-beta";

    /// <summary>Stands before the name of one beta; the header's name alone for all of them, where the refusal names none.</summary>
    public const string Prefix = Header + ".";

    internal static IReadOnlyList<string> Find(UpstreamErrorText text)
    {
        string message = text.Message ?? "";
        return Named().Match(message) is { Success: true } named ? [.. Name().Matches(named.Groups[1].Value).Select(name => Prefix + name.Value)]
            : Unnamed().IsMatch(message) ? [Header]
            : [];
    }

    [GeneratedRegex(@"Unexpected value\(s\) ([`'""A-Za-z0-9, ._-]{1,500}?) for the [`'""]?anthropic-beta", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex("[A-Za-z0-9][A-Za-z0-9._-]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"^invalid beta flag\.?$|\binvalid [`'""]?anthropic[-_]beta\b", RegexOptions.IgnoreCase)]
    private static partial Regex Unnamed();
}
