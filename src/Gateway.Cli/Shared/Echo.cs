using Gateway.Authentication.Keys;

namespace Gateway.Cli.Shared;

/// <summary>What somebody typed, in a message: never a secret that landed in the wrong place.</summary>
internal static class Echo
{
    private const int Most = 40;
    private const int Shown = 4;

    private static readonly string[] s_secrets = ["sk-", "sk_", "gsk_", "xai-", "AIza", "ghp_", "eyJ", "Bearer "];

    public static string Of(string text) =>
        KeyAdministration.IsWholeKey(text) ? $"{text.TrimStart()[..Shown]}…"
        : text.Length > Most || Array.Exists(s_secrets, beginning => text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) ? $"{TextWidth.Clean(text[..Math.Min(Shown, text.Length)])}…"
        : TextWidth.Clean(text);
}
