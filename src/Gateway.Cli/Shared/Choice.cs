using System.CommandLine;
using Gateway.Settings;

namespace Gateway.Cli.Shared;

/// <summary>Options that take one of some words.</summary>
internal static class Choice
{
    public static void Only(this Option<string?> option, params string[] words) => option.Validators.Add(given =>
    {
        if (given.Tokens is [{ Value: var word }] && !words.Contains(word, StringComparer.Ordinal))
        {
            given.AddError(Wrong(option.Name, word, words));
        }
    });

    /// <summary>One sentence with the word that was probably meant.</summary>
    public static string Wrong(string option, string word, IReadOnlyList<string> words) =>
        $"{option} takes {string.Join(", ", words.SkipLast(1))} or {words[^1]}, not '{Echo.Of(word)}'{(NearMiss.Of(word, words) is { } meant ? $": did you mean '{meant}'?" : ".")}";
}
