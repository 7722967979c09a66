using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Translation.Tests;

/// <summary>Half a surrogate pair in JSON, which no reader of texts takes.</summary>
internal static partial class HalfCharacters
{
    public static bool AreIn(ReadOnlySpan<byte> json) => Half().IsMatch(Encoding.UTF8.GetString(json));

    [GeneratedRegex(@"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]")]
    private static partial Regex Half();
}
