namespace Gateway.Translation.Tests.Golden;

/// <summary>What a folder must hold and may hold. An expected file that is lost, or has a name that nobody reads, would prove nothing without a sound.</summary>
public sealed class GoldenFoldersTests
{
    private static readonly string[] s_inputs = ["client-request.json", "profile.json", "target.json"];
    private static readonly string[] s_upstreamAnswers = ["upstream-response.json", "upstream-stream.sse"];
    private static readonly string[] s_clientAnswers = ["client-response.json", "client-stream.sse"];

    [Fact]
    public void Every_set_has_cases_and_every_case_belongs_to_a_set()
    {
        Assert.All(GoldenSet.All, set => Assert.NotEmpty(set.Cases));

        string[] sets = [.. GoldenSet.All.Select(set => set.Folder)];
        string[] found = [.. Directory.EnumerateDirectories(GoldenSet.Root, "*", SearchOption.AllDirectories)
            .Select(folder => Path.GetRelativePath(GoldenSet.Root, folder).Replace('\\', '/'))
            .Where(folder => !sets.Contains(Path.GetDirectoryName(folder)?.Replace('\\', '/')))];
        Assert.All(found, folder => Assert.True(sets.Any(set => set == folder || set.StartsWith(folder + "/", StringComparison.Ordinal)), $"{folder} is no folder of cases: see GoldenSet"));

        string[] strays = [.. Directory.EnumerateFiles(GoldenSet.Root, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".cs", StringComparison.Ordinal) && !sets.Contains(Path.GetRelativePath(GoldenSet.Root, Path.GetDirectoryName(Path.GetDirectoryName(file)!)!).Replace('\\', '/')))];
        Assert.Empty(strays);
    }

    [Fact]
    public void Every_case_has_the_files_of_its_kind_and_no_others()
    {
        string[] problems = [.. GoldenCase.All.SelectMany(golden => Problems(golden).Select(problem => $"{golden.Name}: {problem}"))];
        Assert.True(problems.Length == 0, string.Join('\n', problems));
    }

    [Fact]
    public void Every_name_is_a_sentence_in_small_letters() =>
        Assert.All(GoldenCase.All, golden => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+){2,}$", golden.Name[(golden.Set.Folder.Length + 1)..]));

    private static IEnumerable<string> Problems(GoldenCase golden)
    {
        string[] files = [.. golden.Files];
        string[] allowed = golden.Set.Kind switch
        {
            GoldenKind.Request => [.. s_inputs, "upstream-request.json", "report.txt", "error.json"],
            GoldenKind.Answer => [.. s_inputs, "report.txt", "error.json", .. s_upstreamAnswers, .. s_clientAnswers],
            _ => [.. s_inputs, "error.json"],
        };
        foreach (string unknown in files.Except(allowed))
        {
            yield return $"nobody reads {unknown} there";
        }

        if (!files.Contains("client-request.json"))
        {
            yield return "client-request.json is missing";
        }

        if (golden.Set.Kind == GoldenKind.Request && files.Contains("upstream-request.json") == files.Contains("error.json"))
        {
            yield return "a request goes upstream or is refused: one of upstream-request.json and error.json";
        }

        if (golden.Set.Kind == GoldenKind.Answer)
        {
            if (files.Intersect(s_upstreamAnswers).Count() != 1)
            {
                yield return "the upstream answers once: one of " + string.Join(" and ", s_upstreamAnswers);
            }

            string client = golden.Streaming ? "client-stream.sse" : "client-response.json";
            if (!files.Contains(client) && !files.Contains("error.json"))
            {
                yield return $"the client gets an answer or an error: {client}, error.json or, when a stream breaks, both";
            }

            if (files.Intersect(s_clientAnswers).Any(file => file != client))
            {
                yield return $"the client asked for what {client} holds";
            }
        }

        if (golden.Set.Kind == GoldenKind.Error != (golden.UpstreamError is not null))
        {
            yield return "the upstream refuses in Errors, and there only";
        }
    }
}
