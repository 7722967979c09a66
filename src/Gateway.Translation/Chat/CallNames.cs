using Gateway.Translation.Hub;

namespace Gateway.Translation.Chat;

/// <summary>
/// Which of the offered tools a name means. Gemini puts <c>default_api.</c> before it and others <c>functions.</c>,
/// gpt-oss lets its <c>&lt;|channel|&gt;</c> run into it, Kimi adds the number of the call, small models change the case,
/// and some servers send it in pieces. A name that was offered is never touched.
/// </summary>
internal sealed class CallNames(AnswerContext context)
{
    private readonly IReadOnlySet<string> _offered = context.OfferedTools;

    public string Resolve(string said)
    {
        if (_offered.Count == 0 || _offered.Contains(said) || context.ToolNames.Values.Contains(said))
        {
            return said;
        }

        int mark = said.IndexOf("<|", StringComparison.Ordinal);
        string bare = (mark > 0 ? said[..mark] : said).Trim();
        int number = bare.LastIndexOf(':');
        if (number > 0 && bare.AsSpan(number + 1).ContainsAnyExceptInRange('0', '9') is false)
        {
            bare = bare[..number];
        }

        return Offered(bare) ?? Offered(bare[(bare.LastIndexOfAny(['.', ':', '/']) + 1)..]) ?? said;
    }

    /// <summary>What came may be the beginning of a longer name.</summary>
    public bool MayGoOn(string said) => _offered.Any(name => name.Length > said.Length && name.StartsWith(said, StringComparison.Ordinal));

    /// <summary>The two pieces are a name that was offered, or the beginning of one.</summary>
    public bool GoesOn(string said, string piece) => _offered.Contains(said + piece) || MayGoOn(said + piece);

    private string? Offered(string name)
    {
        if (_offered.Contains(name))
        {
            return name;
        }

        string[] alike = [.. _offered.Where(other => other.Equals(name, StringComparison.OrdinalIgnoreCase))];
        return alike.Length == 1 ? alike[0] : null;
    }
}
