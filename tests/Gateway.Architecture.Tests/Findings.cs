namespace Gateway.Architecture.Tests;

/// <summary>A rule finds nothing, or the test says all that it found and what to do.</summary>
internal static class Findings
{
    public static void None(string cure, IEnumerable<string> findings)
    {
        string[] found = [.. findings];
        Assert.True(found.Length == 0, $"{found.Length} found. {cure}\n{string.Join('\n', found)}");
    }
}
