using System.Text;

namespace Gateway.Translation.Tests.Tokens;

/// <summary>
/// Texts of all kinds that requests are made of. The costs were measured over those in <c>fit</c>; those in
/// <c>held-out</c> show how the estimator does on texts it has not seen.
/// </summary>
internal static class Corpus
{
    public static IReadOnlyList<CorpusText> Fit { get; } = Read("fit");

    public static IReadOnlyList<CorpusText> HeldOut { get; } = Read("held-out");

    private static List<CorpusText> Read(string part) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Tokens", "Corpus", part)).Order(StringComparer.Ordinal).Select(CorpusText.Read)];
}

/// <summary>One file. Its class is the first word of its name: prose, code, json ...</summary>
internal sealed record CorpusText(string Class, string Name, string Text)
{
    public int Bytes => Encoding.UTF8.GetByteCount(Text);

    public static CorpusText Read(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return new CorpusText(name.Split('-')[0], name, File.ReadAllText(path));
    }
}
