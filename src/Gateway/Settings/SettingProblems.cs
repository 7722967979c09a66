namespace Gateway.Settings;

/// <summary>What can never work in a setting. The answers name what is wrong and the cure, and never repeat a secret.</summary>
internal static class SettingProblems
{
    private const char ByteOrderMark = '\uFEFF';
    private static readonly string[] s_endpoints = ["/chat/completions", "/v1/messages", "/responses"];
    private const int LongestWord = 24;
    private const string AsGiven = "Write the key exactly as the provider gave it";

    /// <summary>What was said where one of a few words belongs. Longer than any of them it may be the key, which belongs into the next line.</summary>
    public static string Quote(string? word) => word is not { Length: > LongestWord } ? $"'{word}'" : $"a text of {word.Length} characters";

    /// <summary>Null when the text can be sent as a key.</summary>
    public static string? OfKey(string key)
    {
        if (key.Contains(ByteOrderMark, StringComparison.Ordinal))
        {
            return $"holds a byte order mark, which some editors put at the beginning of a file. {AsGiven}, saved without it.";
        }

        if (key.Trim().Length != key.Length)
        {
            return $"has white space or a line break around it. {AsGiven}.";
        }

        if (key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return "begins with 'Bearer', which the gateway adds by itself. Write the key alone.";
        }

        if (key.Length > 1 && key[0] == key[^1] && key[0] is '"' or '\'')
        {
            return "stands in quotation marks, which would be sent with it. Write the key alone.";
        }

        return key.Any(c => c is <= ' ' or >= '\u007F')
            ? $"holds a line break, a space or a character that is not ASCII, none of which can be sent. {AsGiven}, in one line."
            : null;
    }

    /// <summary>Null when the text can be the audience of a token.</summary>
    public static string? OfTokenScope(string scope) =>
        Uri.TryCreate(scope, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "https" or "api" && scope.EndsWith("/.default", StringComparison.Ordinal) && !scope.Any(c => c is <= ' ' or >= '\u007F')
            ? null
            : "is no scope of a token. Set it to the service's audience and /.default, such as https://cognitiveservices.azure.com/.default.";

    /// <summary>Null when the text is the address of a server below which paths can be put.</summary>
    public static string? OfBaseUrl(string url)
    {
        const string Cure = "Set it to the http(s) URL of the server, such as https://api.openai.com/v1.";
        if (url.Length == 0)
        {
            return $"is missing. {Cure}";
        }

        if (url.Any(c => c is <= ' ' or >= '\u007F'))
        {
            return $"holds white space, a line break or a character that is not ASCII. {Cure}";
        }

        if (url.Contains('#', StringComparison.Ordinal))
        {
            return $"holds a '#', after which nothing reaches the server. {Cure}";
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https") || parsed.Host.Length == 0)
        {
            // A URL with a user in it, or a key in its query, is not repeated; nor is a key itself.
            string shown = url.AsSpan().IndexOfAny('@', '?') >= 0 ? "is no URL of a server"
                : url.Contains("://", StringComparison.Ordinal) ? $"is '{url}'"
                : $"is {Quote(url)}";
            return $"{shown}. {Cure}";
        }

        if (s_endpoints.Any(parsed.AbsolutePath.TrimEnd('/').EndsWith))
        {
            return "ends in the path of an endpoint, which the gateway adds by itself. Leave it out.";
        }

        return parsed.UserInfo.Length > 0 ? "holds a user or password, which is not sent. Put the key into ApiKey." : null;
    }
}
