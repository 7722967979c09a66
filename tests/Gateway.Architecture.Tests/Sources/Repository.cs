namespace Gateway.Architecture.Tests.Sources;

/// <summary>The clone that these tests run from.</summary>
internal static class Repository
{
    private static readonly string[] s_madeByTools = [".git", "artifacts", "bin", "obj", "node_modules", "TestResults", ".vs", ".idea", ".azurite"];

    private static readonly Lazy<IReadOnlyList<string>> s_files = new(() => [.. FilesBelow("").Order(StringComparer.Ordinal)]);

    public static string Root { get; } = FindRoot();

    /// <summary>All files kept by hand, relative to the root, with <c>/</c>.</summary>
    public static IReadOnlyList<string> Files => s_files.Value;

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static IEnumerable<string> FilesBelow(string folder)
    {
        DirectoryInfo directory = new(Path.Combine(Root, folder));
        foreach (FileInfo file in directory.EnumerateFiles())
        {
            yield return Relative(file.FullName);
        }

        foreach (DirectoryInfo child in directory.EnumerateDirectories().Where(d => !s_madeByTools.Contains(d.Name)))
        {
            foreach (string file in FilesBelow(Relative(child.FullName)))
            {
                yield return file;
            }
        }
    }

    private static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Functions.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run from a clone.");
    }
}
