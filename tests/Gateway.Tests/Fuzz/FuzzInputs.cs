using Gateway.Translation.Tests.Golden;

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

    /// <summary>Golden files of some cases, those of up to 20 KB: larger ones only make the rest wait.</summary>
    /// <param name="which">Such as those with a client that speaks Messages.</param>
    /// <param name="file">Such as "client-request.json".</param>
    public static byte[][] Goldens(Func<GoldenSet, bool> which, string file)
    {
        byte[][] files = [.. GoldenCase.All.Where(golden => which(golden.Set)).Select(golden => golden.Read(file)).OfType<byte[]>().Where(bytes => bytes.Length <= 20_000)];
        Assert.NotEmpty(files);
        return files;
    }

    private static byte[] Utf8(string line) => System.Text.Encoding.UTF8.GetBytes(line);
}
