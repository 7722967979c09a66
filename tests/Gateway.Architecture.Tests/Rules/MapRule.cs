using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests.Rules;

/// <summary>
/// What a page names exists. Read are links to files, and what stands between ticks (in <c>docs/architecture.md</c> pictures,
/// too): a word with a folder or an extension is a path, a word in PascalCase a type, a folder, a setting, or a member of a
/// type that the page names somewhere.
/// </summary>
internal sealed partial class MapRule
{
    private readonly HashSet<string> _paths = [];
    private readonly HashSet<string> _names = [];
    private readonly ILookup<string, string> _members;

    /// <param name="files">All files of the repository.</param>
    /// <param name="names">Types, their members as <c>Type.Member</c>, settings, and what is known from outside.</param>
    public MapRule(IEnumerable<string> files, IEnumerable<string> names)
    {
        // Pages say Profiles/Profile.cs for short: each end of a path is a path.
        foreach (string[] parts in files.Select(file => file.Split('/')))
        {
            for (int from = 0; from < parts.Length; from++)
            {
                for (int to = from + 1; to <= parts.Length; to++)
                {
                    _paths.Add(string.Join('/', parts[from..to]));
                }
            }

            _names.UnionWith(parts.SkipLast(1));
        }

        _names.UnionWith(names);
        _members = _names.Where(name => name.Contains('.')).ToLookup(name => name[..name.LastIndexOf('.')], name => name[(name.LastIndexOf('.') + 1)..]);
    }

    public IEnumerable<string> Untrue(string page, string text)
    {
        HashSet<string> members = [.. Word().Matches(text).SelectMany(word => _members[word.Value])];
        string[] lines = text.Split('\n');
        string? fence = null;
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                fence = fence is null ? lines[i].TrimEnd() : null;
                continue;
            }

            foreach (string what in (fence is null ? InText(page, lines[i]) : fence == "```" ? InPicture(page, lines[i]) : []).Distinct().Where(what => !members.Contains(what)))
            {
                yield return $"{page}:{i + 1}: {what}";
            }
        }
    }

    private IEnumerable<string> InText(string page, string line) =>
        Link().Matches(line).Select(m => m.Groups[1].Value).Where(to => !_paths.Contains(Resolve(page, to)))
            .Concat(Code().Matches(line).SelectMany(code => Words(code.Groups[1].Value)).Where(IsUntrue));

    /// <summary>Lines of other languages and commands name what they like, but paths in them are ours.</summary>
    private static IEnumerable<string> Words(string code) => code.Split(' ') is [string alone] ? [alone] : code.Split(' ').Where(word => Path().IsMatch(word));

    /// <summary>Commands and examples name what users have, code what it declares; the picture of the architecture names types.</summary>
    private IEnumerable<string> InPicture(string page, string line) =>
        page == "docs/architecture.md" ? Word().Matches(line).Select(m => m.Value).Where(word => Humps().IsMatch(word) && IsUntrue(word)) : [];

    private bool IsUntrue(string word)
    {
        if (Path().IsMatch(word))
        {
            bool isPath = word.Contains('/') ? char.IsAsciiLetterUpper(word[0]) || _paths.Contains(word[..word.IndexOf('/')]) : Extension().IsMatch(word);
            return isPath && !_paths.Contains(word.TrimEnd('/')) && !_names.Contains(word);
        }

        return Name().IsMatch(word) && !_names.Contains(word);
    }

    private static string Resolve(string page, string link)
    {
        List<string> parts = [.. page.Split('/')[..^1]];
        foreach (string part in link.Split('#')[0].Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"\]\((?!https?:|#)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^[\w.-]*\w(?:/[\w.-]+)+/?$|^[\w.-]+/$|^[\w.-]+\.[a-z]\w*$")]
    private static partial Regex Path();

    [GeneratedRegex(@"\.(?:cs|csproj|props|targets|proj|sln|md|mjs|sh|ps1|bicep|json|jsonl|ya?ml|proto|sse|txt)$")]
    private static partial Regex Extension();

    [GeneratedRegex(@"^(?!Microsoft\.)[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(?:\.[A-Z]\w+)*$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b[A-Z]\w+(?:\.[A-Z]\w+)*")]
    private static partial Regex Word();

    [GeneratedRegex("^I?[A-Z][a-z0-9]+[A-Z]")]
    private static partial Regex Humps();
}
