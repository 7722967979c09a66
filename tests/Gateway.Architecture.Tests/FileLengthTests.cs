using Gateway.Architecture.Tests.Sources;

namespace Gateway.Architecture.Tests;

/// <summary>No file of code or script over 300 lines. Data kept by hand (openapi.json), lock files, goldens and the dashboard's bundle are no code.</summary>
public sealed class FileLengthTests
{
    private const int Most = 300;

    private static readonly string[] s_code = [".cs", ".mjs", ".ts", ".tsx", ".css", ".sh", ".ps1", ".bicep", ".csproj", ".proj", ".props", ".targets", ".proto", ".yml", ".yaml", ""];

    [Fact]
    public void No_file_is_too_long() => Findings.None("Split it where it does two things.", Repository.Files.Where(IsCode).SelectMany(path => TooLong(path, Repository.Text(path))));

    [Fact]
    public void Code_and_scripts_are_looked_at() => Assert.All(
        ["src/Gateway/GatewayStart.cs", "tests/Directory.Build.props", "tests/fuzz", "infra/main.bicep", "src/Gateway.Dashboard/src/main.tsx", "src/Gateway.Dashboard/src/styles/base.css", "infra/check/check.mjs", "infra/hooks/first-key.sh", "infra/hooks/first-key.ps1", ".ci/run", ".github/workflows/ci.yml"],
        path => Assert.Contains(path, Repository.Files.Where(IsCode)));

    [Theory]
    [InlineData(300, 0)]
    [InlineData(301, 1)]
    public void Longer_file_is_found(int lines, int findings) => Assert.Equal(findings, TooLong("src/A.cs", string.Concat(Enumerable.Repeat("line\n", lines))).Count());

    private static bool IsCode(string path) =>
        (path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("tests/", StringComparison.Ordinal) || path.StartsWith("infra/", StringComparison.Ordinal) || path.StartsWith(".ci/", StringComparison.Ordinal) || path.StartsWith(".github/", StringComparison.Ordinal))
        && !path.Contains("/Golden/", StringComparison.Ordinal) && !path.Contains("/Assets/", StringComparison.Ordinal) && s_code.Contains(Path.GetExtension(path));

    private static IEnumerable<string> TooLong(string path, string text)
    {
        int lines = text.Count(c => c == '\n') + (text.EndsWith('\n') ? 0 : 1);
        return lines > Most ? [$"{path}: {lines} lines"] : [];
    }
}
