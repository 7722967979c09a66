using System.Xml.Linq;

namespace Gateway.Architecture.Tests.Sources;

/// <summary>A project as its own file and folder say it.</summary>
internal sealed record SourceProject(string Name, IReadOnlyList<string> References, IReadOnlyList<SourceFile> Files)
{
    /// <summary>The web SDK brings more usings.</summary>
    public bool IsWeb { get; init; }

    public static SourceProject Read(string path)
    {
        XElement project = XElement.Parse(Repository.Text(path));
        string folder = path[..path.LastIndexOf('/')];
        return new SourceProject(
            Path.GetFileNameWithoutExtension(path),
            [.. project.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))],
            [.. Repository.Files.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal)).Select(f => new SourceFile(f, Repository.Text(f)))])
        {
            IsWeb = project.Attribute("Sdk")?.Value == "Microsoft.NET.Sdk.Web",
        };
    }

    /// <summary>All projects below <c>src/</c> or <c>tests/</c>.</summary>
    public static IReadOnlyList<SourceProject> ReadAll(string folder) =>
        [.. Repository.Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal) && f.EndsWith(".csproj", StringComparison.Ordinal)).Select(Read)];
}
