namespace Gateway.Tests.Documents;

/// <summary>A document of the repository and its fenced blocks, in their order.</summary>
internal sealed record Page(string Name, string Text, IReadOnlyList<CodeBlock> Blocks)
{
    private const string Fence = "```";

    public static string Root { get; } = Path.GetFullPath(Path.Combine(TestClients.Folder, "../.."));

    /// <summary>All that people read, transcripts apart, which are recorded.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. ((string[])["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "infra/README.md"]).Where(name => File.Exists(Path.Combine(Root, name))),
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Select(file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal),
    ];

    public static Page Read(string name) => Of(name, File.ReadAllText(Path.Combine(Root, name)).ReplaceLineEndings("\n"));

    public static Page Of(string name, string text)
    {
        string[] lines = text.Split('\n');
        List<CodeBlock> blocks = [];
        int end = -1;
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            bool follows = blocks.Count > 0 && lines[(end + 1)..i].All(string.IsNullOrWhiteSpace);
            int indent = lines[i].Length - lines[i].TrimStart().Length;
            int start = i;
            end = Array.FindIndex(lines, start + 1, line => line.Trim() == Fence);
            Assert.True(end > start, $"{name}:{start + 1}: the block has no end");
            IEnumerable<string> content = lines[(start + 1)..end].Select(line => line.Length >= indent ? line[indent..] : line);
            string[] info = lines[start].Trim()[Fence.Length..].Split(' ', 2);
            blocks.Add(new CodeBlock(name, start + 1, info[0], info.ElementAtOrDefault(1), string.Join('\n', content), follows));
            i = end;
        }

        return new Page(name, text, blocks);
    }

    /// <summary>What is to be run, in order, each in the forms that the page has of it.</summary>
    public IEnumerable<CommandStep> Steps()
    {
        List<CodeBlock> files = [];
        for (int i = 0; i < Blocks.Count; i++)
        {
            if (Blocks[i].File is not null)
            {
                files.Add(Blocks[i]);
            }

            // What a terminal shows: the commands are those behind its sign, and the rest is an example.
            string shown = string.Join('\n', Blocks[i].Text.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..]));
            if (Blocks[i].Language is "" or "text" && shown.Length > 0)
            {
                yield return new CommandStep([], Blocks[i] with { Text = shown }, null, null);
            }

            if (Blocks[i].Language != "sh")
            {
                continue;
            }

            int next = i + 1;
            CodeBlock? powerShell = next < Blocks.Count && Blocks[next] is { Language: "powershell", FollowsDirectly: true } twin ? twin : null;
            next += powerShell is null ? 0 : 1;
            CodeBlock? output = next < Blocks.Count && Blocks[next] is { Language: "" or "text", FollowsDirectly: true } printed ? printed : null;
            yield return new CommandStep([.. files], Blocks[i], powerShell, output);
            files.Clear();
        }
    }
}
