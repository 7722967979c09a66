namespace Gateway.Tests.Fuzz;

/// <summary>What mutations start from: inputs of past attacks beside this file, and the golden files of the translation.</summary>
internal static class FuzzInputs
{
    private static readonly string s_tests = Path.GetFullPath(Path.Combine(TestClients.Folder, ".."));

    /// <summary>One input a line of <c>Corpus/&lt;name&gt;.txt</c>.</summary>
    public static byte[][] Attacks(string name)
    {
        byte[][] lines = [.. File.ReadLines(Path.Combine(s_tests, "Gateway.Tests", "Fuzz", "Corpus", name + ".txt")).Where(line => line.Length > 0).Select(Utf8)];
        Assert.NotEmpty(lines);
        return lines;
    }

    /// <summary>All golden files of one name, those of up to 20 KB: larger ones only make the rest wait.</summary>
    /// <param name="direction">"MessagesToChat" or "ChatToMessages".</param>
    /// <param name="file">Such as "client-request.json".</param>
    public static byte[][] Goldens(string direction, string file)
    {
        string folder = Path.Combine(s_tests, "Gateway.Translation.Tests", "Golden", direction);
        byte[][] files = [.. Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(bytes => bytes.Length <= 20_000)];
        Assert.NotEmpty(files);
        return files;
    }

    private static byte[] Utf8(string line) => System.Text.Encoding.UTF8.GetBytes(line);
}
